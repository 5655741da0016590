// Whole rounds of real machines. The aggregator is a few lines that relay, add and unmask by the
// text of SPEC.md, and share nothing with the aggregator's machine.
#include <algorithm>
#include <map>
#include <memory>

#include "crypto/shamir.h"
#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"
#include "protocol/vector/accumulator.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

using Members = std::vector<std::uint32_t>;

// n machines of the script's cohort, each with a disk and entropy of its own.
class WholeRound {
 public:
  explicit WholeRound(std::uint32_t n) : script_({.n = n, .subject = 0, .in_degree = n - 1}) {
    for (std::uint32_t v = 0; v < n; ++v) members_.push_back(std::make_unique<Member>(script_, v));
    graph_ = script_.graph();
  }

  // The phases, in order. Who is not in U2, U3 or among the answering drops out there.
  void advertise();
  void share(const Bitmap& u2);
  void mask(const Bitmap& u3);
  void attest();
  void unmask(const Members& answering);
  // The sum over U3, unmasked.
  RingVector sum();

  std::uint32_t n() const { return script_.n(); }
  Bitmap all_but(std::initializer_list<std::uint32_t> out) const { return script_.all_but(out); }
  // Element i of member v's input.
  static std::uint64_t input(std::uint32_t v, std::uint64_t i) { return (v + i) % 10; }
  ParticipantRound& machine(std::uint32_t v) { return members_[v]->machine; }

 private:
  struct Member {
    MemoryParticipantStore store;
    SeededEntropy entropy;
    ParticipantRound machine;
    Member(ScriptedRound& script, std::uint32_t v)
        : entropy(100 + v),
          machine({.roster = script.roster(),
                   .roster_index = script.roster_index(v),
                   .identity = script.identity(v),
                   .policy = script.policy,
                   .store = store,
                   .entropy = entropy}) {}
  };

  template <class Message>
  Message answer(std::uint32_t v, ParticipantEvent event) {
    const auto answers = sent_in<Message>(members_[v]->machine.handle(std::move(event), now_));
    REQUIRE(answers.size() == 1);
    return answers[0];
  }
  InputReady input_of(std::uint32_t v) const;
  Delivery delivery_for(std::uint32_t u) const;
  // A secret of `dealer`, from the t lowest points among the answers.
  template <class Tag>
  Secret<Tag> rebuild(std::uint32_t dealer, ShareKind kind) const;

  ScriptedRound script_;
  GraphParameters graph_{};
  std::vector<std::unique_ptr<Member>> members_;
  Instant now_{5};
  Cohort cohort_;
  Hash th1_, th2_, th3_;
  Bitmap u2_, u3_;
  std::map<std::uint32_t, Shares> shares_;
  std::map<std::uint32_t, Receipt> receipts_;
  std::map<std::uint32_t, Attestation> attestations_;
  std::map<std::uint32_t, Unmask> answers_;
  std::optional<Accumulator> sum_;
};

InputReady WholeRound::input_of(std::uint32_t v) const {
  InputReady ready = script_.input(static_cast<std::uint8_t>(v));
  RingVector vector(ready.vector.ring(), ready.vector.size());
  for (std::uint64_t i = 0; i < vector.size(); ++i) vector.set(i, input(v, i));
  ready.vector = std::move(vector);
  return ready;
}

void WholeRound::advertise() {
  for (std::uint32_t v = 0; v < n(); ++v) {
    cohort_.adverts.push_back(answer<SignedAdvert>(v, script_.offer()));
  }
  th1_ = hash_th1(script_.th0(), cohort_.adverts).value();
}

Delivery WholeRound::delivery_for(std::uint32_t u) const {
  Delivery delivery{.u2 = Bytes(u2_.bytes().begin(), u2_.bytes().end()), .items = {}, .proofs = {}};
  for (const auto& [from, shares] : shares_) {
    if (from == u) continue;
    const auto item = std::ranges::find(shares.items, u, &ShareItem::to);
    const ShareTree tree = ShareTree::of(th1_, from, shares.items).value();
    delivery.items.push_back({from, *item, tree.path(item->point)});
    delivery.proofs.push_back({from, tree.root(), shares.signature});
  }
  return delivery;
}

void WholeRound::share(const Bitmap& u2) {
  for (const std::uint32_t v : u2.members()) shares_.emplace(v, answer<Shares>(v, cohort_));
  u2_ = u2;
  th2_ = hash_th2(th1_, u2).value();
}

void WholeRound::mask(const Bitmap& u3) {
  const Ring ring = Ring::of_bits(script_.parameters.ring_bits).value();
  sum_.emplace(ring, script_.parameters.vector_length);
  for (const std::uint32_t v : u2_.members()) {
    ParticipantRound& machine = members_[v]->machine;
    CHECK(machine.handle(delivery_for(v), now_).empty());
    machine.handle(input_of(v), now_);
    const auto begin = only<BeginUpload>(machine.handle(UploadGrant{}, now_));
    REQUIRE(begin.size() == 1);
    if (!u3.has(v)) continue;  // dropped while it uploaded
    Bytes packed(begin[0].vector->packed_size());
    REQUIRE(begin[0].vector->read(0, packed).has_value());
    receipts_.emplace(v, answer<Receipt>(v, UploadSent{}));
    REQUIRE(sum_->add_packed(packed).has_value());
    machine.handle(UploadAck{}, now_);
  }
  u3_ = u3;
  th3_ = hash_th3(th2_, u3).value();
}

void WholeRound::attest() {
  for (const std::uint32_t u : u3_.members()) {
    Survivors survivors{
        .th2 = th2_, .u3 = Bytes(u3_.bytes().begin(), u3_.bytes().end()), .receipts = {}};
    for (const auto& [v, receipt] : receipts_) {
      if (v != u) survivors.receipts.push_back({v, receipt.signature});
    }
    attestations_.emplace(u, answer<Attestation>(u, survivors));
  }
}

void WholeRound::unmask(const Members& answering) {
  Certificate certificate{
      .th2 = th2_, .u3 = Bytes(u3_.bytes().begin(), u3_.bytes().end()), .attestations = {}};
  certificate.attestations.signers = certificate.u3;
  for (const auto& [v, attestation] : attestations_) {
    certificate.attestations.signatures.push_back(attestation.signature);
  }
  for (const std::uint32_t u : answering) answers_.emplace(u, answer<Unmask>(u, certificate));
  for (const std::uint32_t u : u2_.members()) {
    if (u3_.has(u)) continue;
    const auto effects = members_[u]->machine.handle(certificate, now_);
    CHECK(is_silent(effects));
    check_ended(effects, RoundEnd::left_out, Reason::not_in_u3);
  }
}

template <class Tag>
Secret<Tag> WholeRound::rebuild(std::uint32_t dealer, ShareKind kind) const {
  Members points;
  std::vector<Share> shares;
  for (const auto& [holder, unmask] : answers_) {
    if (holder == dealer || points.size() == graph_.t) continue;
    const auto entry = std::ranges::find(unmask.entries, dealer, &UnmaskEntry::member);
    REQUIRE(entry != unmask.entries.end());
    REQUIRE(entry->kind == kind);
    points.push_back(holder < dealer ? holder + 1 : holder);
    shares.push_back(parse_share(entry->share.view()).value());
  }
  REQUIRE(points.size() == graph_.t);
  std::vector<const Share*> pointers;
  for (const Share& share : shares) pointers.push_back(&share);
  return combine<Tag>(points, pointers).value();
}

RingVector WholeRound::sum() {
  std::vector<MaskStream> streams;
  for (const std::uint32_t u : u3_.members()) {
    const SelfMask self = rebuild<SelfMaskTag>(u, ShareKind::self_mask);
    CHECK(public_point(self).value() == cohort_.adverts[u].advert.self_point);
    streams.push_back(
        MaskStream::create(self_key(self, th2_, u).value(), MaskSign::subtract).value());
  }
  for (const std::uint32_t v : u2_.members()) {
    if (u3_.has(v)) continue;
    const MaskKey mask = rebuild<MaskKeyTag>(v, ShareKind::mask_key);
    CHECK(public_point(mask).value() == cohort_.adverts[v].advert.mask_point);
    for (const std::uint32_t u : u3_.members()) {
      const SharedPoint agreed = agree(mask, cohort_.adverts[u].advert.mask_point).value();
      const StreamKey key = pair_key(agreed, th2_, u, v).value();
      streams.push_back(
          MaskStream::create(key, v > u ? MaskSign::subtract : MaskSign::add).value());
    }
  }
  REQUIRE(sum_->apply(streams, 0, sum_->length()).has_value());
  RingVector sum(sum_->ring(), sum_->length());
  for (std::uint64_t i = 0; i < sum.size(); ++i) sum.set(i, sum_->sum().get(i));
  return sum;
}

void check_exact(WholeRound& round, const Bitmap& u3) {
  const RingVector sum = round.sum();
  for (std::uint64_t i = 0; i < sum.size(); ++i) {
    std::uint64_t expected = 0;
    for (const std::uint32_t v : u3.members()) expected += WholeRound::input(v, i);
    CHECK(sum.get(i) == expected);
  }
}

TEST_CASE("[REBUILD-4, MASK-2] nobody drops: the sum of all") {
  WholeRound round(5);
  round.advertise();
  round.share(round.all_but({}));
  round.mask(round.all_but({}));
  round.attest();
  round.unmask({0, 1, 2, 3, 4});
  check_exact(round, round.all_but({}));
}

TEST_CASE("[REBUILD-4, UNMASK-2, UNMASK-5] one drops while it uploads: the sum of the others") {
  for (std::uint32_t dropped = 0; dropped < 5; ++dropped) {
    WholeRound round(5);
    round.advertise();
    round.share(round.all_but({}));
    const Bitmap u3 = round.all_but({dropped});
    round.mask(u3);
    round.attest();
    round.unmask(u3.members());
    check_exact(round, u3);
  }
}

TEST_CASE("[REBUILD-4] drops in every phase of a round of ten") {
  WholeRound round(10);
  round.advertise();
  round.share(round.all_but({7}));
  const Bitmap u3 = round.all_but({7, 2});
  round.mask(u3);
  round.attest();
  round.unmask({0, 3, 4, 5, 6, 8, 9});  // 1 is gone when it should answer
  check_exact(round, u3);
}

}  // namespace
}  // namespace blindsum
