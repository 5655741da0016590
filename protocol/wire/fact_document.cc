#include "protocol/wire/fact_document.h"

#include <type_traits>
#include <utility>

#include "blindsum.pb.h"
#include "facts.pb.h"
#include "protocol/round/limits.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"
#include "protocol/wire/strict.h"

namespace blindsum {
namespace {

namespace stored = facts::v1;
using detail::bytes_of;
using detail::field_of;

void write(const OfferedFact& fact, stored::Fact& out) {
  stored::Offered& body = *out.mutable_offered();
  body.set_parameters(field_of(fact.offer.parameter_bytes));
  body.set_signature(field_of(fact.offer.signature.view()));
  for (const std::uint32_t member : fact.roster_indices) body.add_members(member);
}

void write(const CohortFact& fact, stored::Fact& out) {
  out.mutable_cohort()->set_adverts(detail::write_adverts(fact.adverts));
}

// Of members `first` to before `last`, by their places in U2.
void write(const SharesFact& fact, std::size_t first, std::size_t last, stored::Fact& out) {
  stored::Shares& body = *out.mutable_shares();
  body.set_cohort_size(fact.u2.size());
  body.set_u2(field_of(fact.u2.bytes()));
  body.set_first(static_cast<std::uint32_t>(first));
  std::vector<Signature> signatures;
  for (std::size_t at = first; at < last; ++at) {
    v1::Envelope envelope;
    detail::write(SessionId(), fact.shares[at], envelope);
    body.add_items(std::move(*envelope.mutable_shares()->mutable_items()));
    signatures.push_back(fact.shares[at].signature);
  }
  body.set_signatures(detail::write_signatures(signatures));
}

void write(const AddedFact& fact, stored::Fact& out) {
  out.mutable_added()->set_member(fact.member);
  out.mutable_added()->set_receipt(field_of(fact.receipt.signature.view()));
}

void write(const SurvivorsFact& fact, stored::Fact& out) {
  out.mutable_survivors()->set_cohort_size(fact.u3.size());
  out.mutable_survivors()->set_u3(field_of(fact.u3.bytes()));
}

void write(const CertificateFact& fact, stored::Fact& out) {
  stored::Certificate& body = *out.mutable_certificate();
  body.set_th2(field_of(fact.certificate.th2.view()));
  body.set_u3(field_of(fact.certificate.u3));
  body.set_signers(field_of(fact.certificate.attestations.signers));
  body.set_signatures(detail::write_signatures(fact.certificate.attestations.signatures));
}

// The reason is the record's.
void write(const EndedFact& fact, stored::Fact& out) {
  out.mutable_ended()->set_record(field_of(encode_record(fact.record)));
}

Result<RoundFact> read(const stored::Offered& in) {
  v1::Offer offered;
  offered.set_parameters(in.parameters());
  offered.set_signature(in.signature());
  BLINDSUM_TRY(offer, detail::read(offered));
  return OfferedFact{std::move(offer), {in.members().begin(), in.members().end()}};
}

Result<RoundFact> read(const stored::Cohort& in) {
  BLINDSUM_TRY(adverts, detail::read_adverts(in.adverts()));
  return CohortFact{std::move(adverts)};
}

// Behind what is there of them already.
Result<void> read(const stored::Shares& in, SharesFact& fact) {
  BLINDSUM_TRY(signatures, detail::count_entries(in.signatures(), Signature::size_bytes));
  const std::size_t wanted = fact.u2.count() - fact.shares.size();
  if (signatures > wanted || (signatures == 0 && wanted > 0) || in.first() != fact.shares.size() ||
      static_cast<std::size_t>(in.items_size()) != signatures) {
    return Reason::wrong_length;
  }
  detail::FieldReader reader(detail::view_of(in.signatures()));
  for (const std::string& items : in.items()) {
    v1::Shares shares;
    shares.set_items(items);
    shares.set_signature(field_of(reader.take(Signature::size_bytes)));
    BLINDSUM_TRY(of_one, detail::read(shares));
    fact.shares.push_back(std::move(of_one));
  }
  return {};
}

Result<Bitmap> read_u2(const stored::Shares& in) {
  if (in.cohort_size() > kMaxCohort) return Reason::bad_bitmap;
  return Bitmap::parse(detail::view_of(in.u2()), in.cohort_size());
}

Result<RoundFact> read(const stored::Added& in) {
  BLINDSUM_TRY(receipt, detail::fixed<Signature>(in.receipt()));
  if (in.member() >= kMaxCohort) return Reason::bad_order;
  return AddedFact{in.member(), Receipt{receipt}};
}

Result<RoundFact> read(const stored::Survivors& in) {
  if (in.cohort_size() > kMaxCohort) return Reason::bad_bitmap;
  BLINDSUM_TRY(u3, Bitmap::parse(detail::view_of(in.u3()), in.cohort_size()));
  return SurvivorsFact{std::move(u3)};
}

Result<RoundFact> read(const stored::Certificate& in) {
  BLINDSUM_TRY(th2, detail::fixed<Hash>(in.th2()));
  BLINDSUM_TRY(u3, detail::bitmap_of(in.u3()));
  BLINDSUM_TRY(attestations, detail::read_quorum(in.signers(), in.signatures()));
  return CertificateFact{{th2, std::move(u3), std::move(attestations)}};
}

Result<RoundFact> read(const stored::Ended& in) {
  BLINDSUM_TRY(record, decode_record(detail::view_of(in.record())));
  const Reason outcome = record.outcome;
  return EndedFact{outcome, std::move(record)};
}

Result<void> encode_shares(const SharesFact& fact, const TakeDocument& take,
                           std::size_t share_bytes) {
  const std::size_t item_bytes = share_item_bytes(ShareItem()).size();
  std::size_t first = 0;
  do {
    std::size_t last = first;
    for (std::size_t bytes = 0; last < fact.shares.size(); ++last) {
      bytes += fact.shares[last].items.size() * item_bytes;
      if (bytes > share_bytes && last > first) break;
    }
    stored::Fact out;
    out.set_version(kFactVersion);
    write(fact, first, last, out);
    BLINDSUM_CHECK(take(detail::serialise(out)));
    first = last;
  } while (first < fact.shares.size());
  return {};
}

Result<RoundFact> read(const stored::Fact& in) {
  switch (in.body_case()) {
    case stored::Fact::kOffered:
      return read(in.offered());
    case stored::Fact::kCohort:
      return read(in.cohort());
    case stored::Fact::kAdded:
      return read(in.added());
    case stored::Fact::kSurvivors:
      return read(in.survivors());
    case stored::Fact::kCertificate:
      return read(in.certificate());
    case stored::Fact::kEnded:
      return read(in.ended());
    case stored::Fact::kShares:
    case stored::Fact::BODY_NOT_SET:
      break;
  }
  return Reason::bad_frame;
}

}  // namespace

Result<void> encode_fact(const RoundFact& fact, const TakeDocument& take, std::size_t share_bytes) {
  if (const auto* const shares = std::get_if<SharesFact>(&fact)) {
    return encode_shares(*shares, take, share_bytes);
  }
  stored::Fact out;
  out.set_version(kFactVersion);
  std::visit(
      [&](const auto& of_kind) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(of_kind)>, SharesFact>) {
          write(of_kind, out);
        }
      },
      fact);
  return take(detail::serialise(out));
}

bool FactReader::awaits_shares() const {
  const auto* const last = facts_.empty() ? nullptr : std::get_if<SharesFact>(&facts_.back());
  return last != nullptr && last->shares.size() < last->u2.count();
}

Result<void> FactReader::add(ByteView document) {
  if (document.size() > kMaxFactBytes) return Reason::message_too_large;
  stored::Fact in;
  if (!detail::parse_strictly(document, kMaxRosterMembers, in)) return Reason::bad_frame;
  if (in.version() != kFactVersion) return Reason::unsupported_version;
  if (in.body_case() != stored::Fact::kShares) {
    if (awaits_shares()) return Reason::wrong_length;
    BLINDSUM_TRY(fact, read(in));
    facts_.push_back(std::move(fact));
    return {};
  }
  BLINDSUM_TRY(u2, read_u2(in.shares()));
  if (!awaits_shares()) facts_.emplace_back(SharesFact{u2, {}});
  auto& shares = std::get<SharesFact>(facts_.back());
  if (shares.u2 != u2) return Reason::wrong_length;
  return read(in.shares(), shares);
}

Result<std::vector<RoundFact>> FactReader::finish() && {
  if (awaits_shares()) return Reason::wrong_length;
  return std::move(facts_);
}

}  // namespace blindsum
