#include <algorithm>
#include <utility>

#include "blindsum.pb.h"
#include "protocol/round/reason.h"
#include "protocol/round/round_transcript.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"
#include "protocol/wire/strict.h"

namespace blindsum {
namespace {

using detail::field_of;

enum class Outcome : std::uint32_t { completed = 1, aborted = 2 };

// [RECORD-1] A hash of a phase that was not reached is zero here, and absent there.
std::string optional_field(const Hash& hash) {
  return hash == Hash{} ? std::string() : field_of(hash.view());
}

Result<Hash> optional_hash(const std::string& field) {
  if (field.empty()) return Hash{};
  return detail::fixed<Hash>(field);
}

Result<Blame> read_blame(const v1::Blame& in) {
  const auto kind = static_cast<BlameKind>(in.kind());
  switch (kind) {
    case BlameKind::bad_share:
    case BlameKind::bad_dealing:
    case BlameKind::unopened_pair:
    case BlameKind::unopened_dealer:
    case BlameKind::conflicting: {
      Blame blame{kind, in.accused(), std::nullopt, detail::bytes_of(in.evidence())};
      if (in.witness() != in.accused()) blame.witness = in.witness();
      return blame;
    }
  }
  return Reason::record_mismatch;
}

void write_blame(const Blame& blame, v1::Blame& out) {
  out.set_kind(static_cast<std::uint32_t>(blame.kind));
  out.set_accused(blame.accused);
  out.set_witness(blame.witness.value_or(blame.accused));
  out.set_evidence(field_of(blame.evidence));
}

PhaseTimings read_timings(const v1::PhaseTimings& in) {
  return {in.advertise_ms(), in.share_ms(), in.mask_ms(), in.attest_ms(), in.unmask_ms()};
}

void write_timings(const PhaseTimings& timings, v1::PhaseTimings& out) {
  out.set_advertise_ms(timings.advertise_ms);
  out.set_share_ms(timings.share_ms);
  out.set_mask_ms(timings.mask_ms);
  out.set_attest_ms(timings.attest_ms);
  out.set_unmask_ms(timings.unmask_ms);
}

v1::Record to_message(const RecordContent& content) {
  const RoundParameters& parameters = content.offer.parameters;
  v1::Record out;
  out.set_protocol_version(parameters.version);
  out.set_session_id(field_of(parameters.session_id.view()));
  out.set_task(parameters.task);
  out.set_round(parameters.round);
  out.set_parameters(field_of(content.offer.parameter_bytes));
  out.set_offer_signature(field_of(content.offer.signature.view()));
  out.set_th0(optional_field(content.th0));
  out.set_th1(optional_field(content.th1));
  out.set_th2(optional_field(content.th2));
  out.set_th3(optional_field(content.th3));
  out.set_u2(field_of(content.u2));
  out.set_u3(field_of(content.u3));
  out.set_certified(content.certified);
  const bool completed = content.outcome == Reason::ok;
  out.set_outcome(static_cast<std::uint32_t>(completed ? Outcome::completed : Outcome::aborted));
  if (!completed) out.set_reason(detail::write_reason(content.outcome));
  out.set_detail(detail::write_detail(content.detail));
  for (const Blame& blame : content.blame) write_blame(blame, *out.add_blames());
  write_timings(content.timings, *out.mutable_timings());
  out.set_sum_hash(optional_field(content.sum_digest));
  out.set_previous_record_hash(field_of(content.previous_record.view()));
  return out;
}

Result<Offer> read_offer(const v1::Record& in) {
  BLINDSUM_TRY(signature, detail::fixed<Signature>(in.offer_signature()));
  BLINDSUM_TRY(parameters, decode_parameters(detail::view_of(in.parameters())));
  return Offer{detail::bytes_of(in.parameters()), std::move(parameters), signature};
}

Result<void> read_transcript(const v1::Record& in, RecordContent& out) {
  BLINDSUM_TRY(th0, optional_hash(in.th0()));
  BLINDSUM_TRY(th1, optional_hash(in.th1()));
  BLINDSUM_TRY(th2, optional_hash(in.th2()));
  BLINDSUM_TRY(th3, optional_hash(in.th3()));
  BLINDSUM_TRY(u2, detail::bitmap_of(in.u2()));
  BLINDSUM_TRY(u3, detail::bitmap_of(in.u3()));
  out.th0 = th0;
  out.th1 = th1;
  out.th2 = th2;
  out.th3 = th3;
  out.u2 = std::move(u2);
  out.u3 = std::move(u3);
  out.certified = in.certified();
  return {};
}

Result<void> read_outcome(const v1::Record& in, RecordContent& out) {
  const bool completed = in.outcome() == static_cast<std::uint32_t>(Outcome::completed);
  const bool aborted = in.outcome() == static_cast<std::uint32_t>(Outcome::aborted);
  if (!(completed ? in.reason().empty() : aborted && !in.reason().empty()))
    return Reason::record_mismatch;
  BLINDSUM_CHECK(detail::check_reason(in.reason()));
  BLINDSUM_TRY(detail, detail::read_detail(in.detail()));
  BLINDSUM_TRY(sum_digest, optional_hash(in.sum_hash()));
  out.outcome = completed ? Reason::ok : detail::read_reason(in.reason());
  out.detail = std::move(detail);
  out.sum_digest = sum_digest;
  for (const v1::Blame& field : in.blames()) {
    BLINDSUM_TRY(blame, read_blame(field));
    out.blame.push_back(std::move(blame));
  }
  return {};
}

// [RECORD-6] What is there twice.
bool agrees_with_itself(const v1::Record& in, const RecordContent& content) {
  const RoundParameters& parameters = content.offer.parameters;
  return in.protocol_version() == parameters.version &&
         in.session_id() == field_of(parameters.session_id.view()) &&
         in.task() == parameters.task && in.round() == parameters.round &&
         content.previous_record == parameters.previous_record;
}

// Bytes that a field of a one-byte tag, or of `tag_bytes`, takes around so many.
std::size_t framed(std::size_t size, std::size_t tag_bytes = 1) {
  std::size_t length_bytes = 1;
  for (std::size_t rest = size; rest > 0x7F; rest >>= 7) ++length_bytes;
  return tag_bytes + length_bytes + size;
}

// Sizes of one blame in the record, without and with its evidence.
struct BlameSize {
  std::size_t bare;
  std::size_t full;
};

BlameSize size_of(const Blame& blame) {
  v1::Blame message;
  write_blame({blame.kind, blame.accused, blame.witness, {}}, message);
  const std::size_t bare = message.ByteSizeLong();
  const std::size_t evidence = blame.evidence.empty() ? 0 : framed(blame.evidence.size());
  constexpr std::size_t tag_bytes = 2;  // of field 16
  return {framed(bare, tag_bytes), framed(bare + evidence, tag_bytes)};
}

// [LIMIT-1] Liars must not be able to make a round's record impossible: first evidence and then
// blames are left out, from the last one backwards (SPEC.md, Appendix C).
void fit(std::vector<Blame>& blames, std::size_t space) {
  std::vector<BlameSize> sizes;
  for (const Blame& blame : blames) {
    const BlameSize size = size_of(blame);
    if (size.bare > space || sizes.size() == kMaxBlames) break;
    space -= size.bare;
    sizes.push_back(size);
  }
  blames.resize(sizes.size());
  std::size_t kept = 0;
  while (kept < sizes.size() && sizes[kept].full - sizes[kept].bare <= space) {
    space -= sizes[kept].full - sizes[kept].bare;
    ++kept;
  }
  for (std::size_t i = kept; i < blames.size(); ++i) blames[i].evidence.clear();
}

}  // namespace

Bytes encode_record(const RecordContent& content) {
  RecordContent fitted = content;
  std::vector<Blame> blames = std::exchange(fitted.blame, {});
  const std::size_t without_blames = to_message(fitted).ByteSizeLong();
  fit(blames, kMaxRecordBytes - std::min(without_blames, kMaxRecordBytes));
  fitted.blame = std::move(blames);
  return detail::serialise(to_message(fitted));
}

Result<SignedRecord> sign_record(const RecordContent& content, RecordProof proof,
                                 const SigningKey& aggregator) {
  Bytes bytes = encode_record(content);
  // What nobody could read is not signed: the bytes, not the struct, are the record.
  BLINDSUM_TRY(parsed, decode_record(bytes));
  BLINDSUM_TRY(signature, aggregator.sign(record_statement(bytes)));
  return SignedRecord{std::move(bytes), std::move(parsed), signature, std::move(proof)};
}

Result<RecordContent> decode_record(ByteView record_bytes) {
  v1::Record in;
  if (record_bytes.size() > kMaxRecordBytes ||
      !detail::parse_strictly(record_bytes, kMaxBlames, in)) {
    return Reason::record_mismatch;
  }
  RecordContent content;
  BLINDSUM_TRY(offer, read_offer(in));
  content.offer = std::move(offer);
  BLINDSUM_CHECK(read_transcript(in, content));
  BLINDSUM_CHECK(read_outcome(in, content));
  content.timings = read_timings(in.timings());
  BLINDSUM_TRY(previous_record, detail::fixed<Hash>(in.previous_record_hash()));
  content.previous_record = previous_record;
  if (!agrees_with_itself(in, content)) return Reason::record_mismatch;
  return content;
}

}  // namespace blindsum
