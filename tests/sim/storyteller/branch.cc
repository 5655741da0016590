#include "tests/sim/storyteller/branch.h"

#include <algorithm>

#include "protocol/round/round_transcript.h"

namespace blindsum::sim {
namespace {

template <class Message>
std::map<std::uint32_t, Signature> signatures_of(const std::map<std::uint32_t, Message>& said) {
  std::map<std::uint32_t, Signature> signatures;
  for (const auto& [member, message] : said) signatures.emplace(member, message.signature);
  return signatures;
}

Bytes bytes_of(const Bitmap& bitmap) {
  return {bitmap.bytes().begin(), bitmap.bytes().end()};
}

}  // namespace

std::optional<std::uint32_t> Branch::index_of(std::uint32_t member) const {
  const auto found = std::find(members_.begin(), members_.end(), member);
  if (found == members_.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - members_.begin());
}

bool Branch::fix_cohort(const Heard& heard, std::optional<std::uint32_t> without) {
  const Hash th0 = hash_th0(offer_->parameter_bytes).value();
  for (const auto& [member, advert] : heard.adverts) {
    if (member == without) continue;
    SignedAdvert signed_advert = advert;
    const SigningKey& identity = stage_->cast.identity(member);
    const Encoded text = advert_statement(th0, advert.advert);
    if (stage_->plan.is_corrupt(member)) {
      signed_advert.signature = identity.sign(text).value();
    } else if (!forges_ && verify(identity.verify_key(), text, advert.signature).has_error()) {
      continue;
    }
    cohort_.adverts.push_back(signed_advert);
    members_.push_back(member);
  }
  const auto found = find_graph_parameters(finder_input(offer_->parameters, n()));
  if (n() < offer_->parameters.n_min || found.has_error()) return false;
  graph_ = *found;
  th1_ = hash_th1(th0, cohort_.adverts).value();
  return true;
}

// Of whom there are shares under this very cohort. Without enough of them it can only claim so.
bool Branch::fix_u2(const Heard& heard, std::optional<std::uint32_t> without) {
  u2_ = Bitmap(n());
  for (std::uint32_t u = 0; u < n(); ++u) {
    const auto shares = heard.shares.find(member_at(u));
    if (shares == heard.shares.end() || member_at(u) == without) continue;
    ShareTree tree = ShareTree::of(th1_, u, shares->second.items).value();
    const Encoded text = shares_statement(th1_, u, tree.root());
    const bool is_of_this =
        verify(identity(u).verify_key(), text, shares->second.signature).has_value();
    if (!is_of_this && !forges_) continue;
    shares_[u] = shares->second;
    trees_[u] = std::move(tree);
    u2_.add(u);
  }
  if (without) {
    const auto u = index_of(*without);
    if (u) shares_.erase(*u);
  }
  const auto th2 = hash_th2(th1_, u2_);
  th2_ = th2.value();
  return u2_.count() > 0;
}

// Of a liar's items, one may have a point that leads nowhere.
InboundItem Branch::inbound_item(std::uint32_t from, const ShareItem& item) const {
  InboundItem inbound{.from = from, .item = item, .path = {}};
  const bool has_path = item.point >= 1 && item.point <= shares_.at(from).items.size();
  if (has_path) inbound.path = trees_.at(from).path(item.point);
  return inbound;
}

Delivery Branch::delivery(std::uint32_t member) const {
  Delivery delivery{.u2 = bytes_of(u2_), .items = {}, .proofs = {}};
  const auto u = index_of(member);
  if (!u || !u2_.has(*u)) return delivery;
  std::set<std::uint32_t> neighbours;
  for (const auto& [from, shares] : shares_) {
    for (const ShareItem& item : shares.items) {
      if (item.to == *u) delivery.items.push_back(inbound_item(from, item));
      if (item.to == *u) neighbours.insert(from);
      if (from == *u && u2_.has(item.to)) neighbours.insert(item.to);
    }
  }
  for (const std::uint32_t v : neighbours) {
    delivery.proofs.push_back(
        {.member = v, .root = trees_.at(v).root(), .signature = shares_.at(v).signature});
  }
  return delivery;
}

std::optional<Signature> Branch::signature_of(std::uint32_t u, const Encoded& text,
                                              const std::optional<Signature>& said) const {
  if (stage_->plan.is_corrupt(member_at(u))) return identity(u).sign(text).value();
  const bool is_good = said && verify(identity(u).verify_key(), text, *said).has_value();
  if (is_good) return said;
  if (!forges_) return std::nullopt;
  return said.value_or(Signature{});
}

// Whose receipt names this U2; and, where it forges, whoever sent any.
bool Branch::fix_u3(const Heard& heard, std::optional<std::uint32_t> without) {
  u3_ = Bitmap(n());
  const auto said = signatures_of(heard.receipts);
  for (const std::uint32_t u : u2_.members()) {
    const auto receipt = said.find(member_at(u));
    const auto signature =
        signature_of(u, receipt_statement(th2_, u),
                     receipt == said.end() ? std::nullopt : std::optional(receipt->second));
    if (signature && member_at(u) != without) u3_.add(u);
  }
  th3_ = hash_th3(th2_, u3_).value();
  return u3_.count() > 0;
}

Survivors Branch::survivors(const Heard& heard, std::uint32_t member) const {
  Survivors message{.th2 = th2_, .u3 = bytes_of(u3_), .receipts = {}};
  const auto u = index_of(member);
  if (!u) return message;
  const auto said = signatures_of(heard.receipts);
  for (const auto& [from, shares] : shares_) {
    const bool is_dealer = std::any_of(shares.items.begin(), shares.items.end(),
                                       [&](const ShareItem& item) { return item.to == *u; });
    if (!is_dealer || !u3_.has(from)) continue;
    const auto receipt = said.find(member_at(from));
    const auto signature =
        signature_of(from, receipt_statement(th2_, from),
                     receipt == said.end() ? std::nullopt : std::optional(receipt->second));
    if (signature) message.receipts.push_back({.member = from, .signature = *signature});
  }
  return message;
}

QuorumSignatures Branch::collect(const Bitmap& allowed,
                                 Encoded (*statement)(const Hash&, std::uint32_t),
                                 const Hash& transcript,
                                 const std::map<std::uint32_t, Signature>& said) const {
  Bitmap signers(n());
  QuorumSignatures collected;
  for (const std::uint32_t u : allowed.members()) {
    const auto one = said.find(member_at(u));
    const auto signature = signature_of(
        u, statement(transcript, u), one == said.end() ? std::nullopt : std::optional(one->second));
    if (!signature) continue;
    signers.add(u);
    collected.signatures.push_back(*signature);
  }
  collected.signers = bytes_of(signers);
  return collected;
}

Certificate Branch::certificate(const Heard& heard) const {
  return {.th2 = th2_,
          .u3 = bytes_of(u3_),
          .attestations = collect(u3_, attest_statement, th3_, signatures_of(heard.attestations))};
}

VoidCertificate Branch::void_certificate(const Heard& heard) const {
  Bitmap all(n());
  for (std::uint32_t u = 0; u < n(); ++u) all.add(u);
  return {.votes = collect(all, void_statement, th1_, signatures_of(heard.votes))};
}

}  // namespace blindsum::sim
