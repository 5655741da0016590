#include "protocol/wire/fact_document.h"

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

void write(const SharesFact& fact, stored::Fact& out) {
  stored::Shares& body = *out.mutable_shares();
  body.set_cohort_size(fact.u2.size());
  body.set_u2(field_of(fact.u2.bytes()));
  std::vector<Signature> signatures;
  for (const Shares& shares : fact.shares) {
    v1::Envelope envelope;
    detail::write(SessionId(), shares, envelope);
    body.add_items(std::move(*envelope.mutable_shares()->mutable_items()));
    signatures.push_back(shares.signature);
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

Result<RoundFact> read(const stored::Shares& in) {
  if (in.cohort_size() > kMaxCohort) return Reason::bad_bitmap;
  BLINDSUM_TRY(u2, Bitmap::parse(detail::view_of(in.u2()), in.cohort_size()));
  BLINDSUM_TRY(signatures, detail::count_entries(in.signatures(), Signature::size_bytes));
  if (u2.count() != signatures || static_cast<std::size_t>(in.items_size()) != signatures) {
    return Reason::wrong_length;
  }
  SharesFact fact{std::move(u2), {}};
  fact.shares.reserve(signatures);
  detail::FieldReader reader(detail::view_of(in.signatures()));
  for (const std::string& items : in.items()) {
    v1::Shares shares;
    shares.set_items(items);
    shares.set_signature(field_of(reader.take(Signature::size_bytes)));
    BLINDSUM_TRY(of_one, detail::read(shares));
    fact.shares.push_back(std::move(of_one));
  }
  return fact;
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

std::size_t size_of_shares(const RoundFact& fact) {
  const auto* const shares = std::get_if<SharesFact>(&fact);
  if (shares == nullptr) return 0;
  std::size_t items = 0;
  for (const Shares& of_one : shares->shares) items += of_one.items.size();
  return items * share_item_bytes(ShareItem()).size();
}

}  // namespace

Result<Bytes> encode_fact(const RoundFact& fact) {
  // Before memory is taken for it; whatever else there is, is bounded far below.
  if (size_of_shares(fact) > kMaxShareBytes) return Reason::message_too_large;
  stored::Fact out;
  out.set_version(kFactVersion);
  std::visit([&](const auto& of_kind) { write(of_kind, out); }, fact);
  return detail::serialise(out);
}

Result<RoundFact> decode_fact(ByteView bytes) {
  if (bytes.size() > kMaxFactBytes) return Reason::message_too_large;
  stored::Fact in;
  if (!detail::parse_strictly(bytes, kMaxRosterMembers, in)) return Reason::bad_frame;
  if (in.version() != kFactVersion) return Reason::unsupported_version;
  switch (in.body_case()) {
    case stored::Fact::kOffered:
      return read(in.offered());
    case stored::Fact::kCohort:
      return read(in.cohort());
    case stored::Fact::kShares:
      return read(in.shares());
    case stored::Fact::kAdded:
      return read(in.added());
    case stored::Fact::kSurvivors:
      return read(in.survivors());
    case stored::Fact::kCertificate:
      return read(in.certificate());
    case stored::Fact::kEnded:
      return read(in.ended());
    case stored::Fact::BODY_NOT_SET:
      break;
  }
  return Reason::bad_frame;
}

}  // namespace blindsum
