#include <algorithm>
#include <utility>

#include "blindsum.pb.h"
#include "protocol/round/reason.h"
#include "protocol/round/round_transcript.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/strict.h"

namespace blindsum {
namespace {

using detail::field_of;

// The most elements that any of their repeated fields may have; a tensor's rank is checked by
// itself.
constexpr std::size_t kMostRepeated = std::max(kMaxTensors, kMaxTensorRank);

// [CODEC-1] Rotation and noise belong to later versions.
Result<CodecParameters> read_codec(const v1::Codec& in) {
  if (in.rotation() != 0 || in.noise() != 0) return Reason::bad_parameters;
  const auto kind = static_cast<CodecKind>(in.kind());
  switch (kind) {
    case CodecKind::fixed_point:
    case CodecKind::integer:
    case CodecKind::count:
      return CodecParameters{kind, in.clip(), in.scale(), in.weight_bound(), in.bound()};
  }
  return Reason::bad_parameters;
}

void write_codec(const CodecParameters& codec, v1::Codec& out) {
  out.set_kind(static_cast<std::uint32_t>(codec.kind));
  out.set_clip(codec.clip);
  out.set_scale(codec.scale);
  out.set_weight_bound(codec.weight_bound);
  out.set_bound(codec.bound);
}

// [LIMIT-1]
Result<VectorSchema> read_schema(const v1::RoundParameters& in) {
  VectorSchema schema;
  for (const v1::Tensor& tensor : in.tensors()) {
    if (tensor.name().size() > kMaxTensorNameBytes ||
        tensor.shape().size() > static_cast<int>(kMaxTensorRank)) {
      return Reason::bad_parameters;
    }
    schema.tensors.push_back({tensor.name(), {tensor.shape().begin(), tensor.shape().end()}});
  }
  return schema;
}

PhaseLimits read_limits(const v1::TimeLimits& in) {
  return {in.advertise_ms(), in.share_ms(), in.mask_ms(), in.attest_ms(), in.unmask_ms()};
}

void write_limits(const PhaseLimits& limits, v1::TimeLimits& out) {
  out.set_advertise_ms(limits.advertise_ms);
  out.set_share_ms(limits.share_ms);
  out.set_mask_ms(limits.mask_ms);
  out.set_attest_ms(limits.attest_ms);
  out.set_unmask_ms(limits.unmask_ms);
}

// Everything that has a length or a kind.
Result<RoundParameters> read_parameters(const v1::RoundParameters& in) {
  if (in.task().size() > kMaxTaskBytes) return Reason::bad_parameters;
  BLINDSUM_TRY(session_id, detail::fixed<SessionId>(in.session_id()));
  BLINDSUM_TRY(roster_hash, detail::fixed<Hash>(in.roster_hash()));
  BLINDSUM_TRY(payload_hash, detail::fixed<Hash>(in.payload_hash()));
  BLINDSUM_TRY(previous_record, detail::fixed<Hash>(in.previous_record_hash()));
  BLINDSUM_TRY(aggregator_key, detail::fixed<VerifyKey>(in.aggregator_key()));
  BLINDSUM_TRY(codec, read_codec(in.codec()));
  BLINDSUM_TRY(schema, read_schema(in));
  RoundParameters out;
  out.session_id = session_id;
  out.roster_hash = roster_hash;
  out.payload_hash = payload_hash;
  out.previous_record = previous_record;
  out.aggregator_key = aggregator_key;
  out.codec = codec;
  out.schema = std::move(schema);
  return out;
}

}  // namespace

Bytes encode_parameters(const RoundParameters& parameters) {
  v1::RoundParameters out;
  out.set_protocol_version(parameters.version);
  out.set_suite(parameters.suite);
  out.set_session_id(field_of(parameters.session_id.view()));
  out.set_task(parameters.task);
  out.set_round(parameters.round);
  out.set_roster_epoch(parameters.roster_epoch);
  out.set_roster_hash(field_of(parameters.roster_hash.view()));
  out.set_n_min(parameters.n_min);
  out.set_n_max(parameters.n_max);
  out.set_max_corrupt(parameters.max_corrupt);
  out.set_gamma_ppm(parameters.gamma_ppm);
  out.set_delta_ppm(parameters.delta_ppm);
  out.set_min_survivors(parameters.min_survivors);
  out.set_sigma(parameters.sigma);
  out.set_eta(parameters.eta);
  out.set_vector_length(parameters.vector_length);
  out.set_ring_bits(parameters.ring_bits);
  write_codec(parameters.codec, *out.mutable_codec());
  for (const TensorSchema& tensor : parameters.schema.tensors) {
    v1::Tensor& field = *out.add_tensors();
    field.set_name(tensor.name);
    field.mutable_shape()->Add(tensor.shape.begin(), tensor.shape.end());
  }
  out.set_payload_hash(field_of(parameters.payload_hash.view()));
  out.set_previous_record_hash(field_of(parameters.previous_record.view()));
  write_limits(parameters.limits, *out.mutable_time_limits());
  out.set_aggregator_key(field_of(parameters.aggregator_key.view()));
  out.set_publish_sum(parameters.share_sum);
  out.set_payload_size(parameters.payload_size);
  return detail::serialise(out);
}

// [PARAM-1, PARAM-4]
Result<RoundParameters> decode_parameters(ByteView bytes) {
  v1::RoundParameters in;
  if (bytes.size() > kMaxParameterBytes || !detail::parse_strictly(bytes, kMostRepeated, in)) {
    return Reason::bad_parameters;
  }
  auto parameters = read_parameters(in);
  if (parameters.has_error()) return Reason::bad_parameters;
  RoundParameters& out = *parameters;
  out.version = in.protocol_version();
  out.suite = in.suite();
  out.task = in.task();
  out.round = in.round();
  out.roster_epoch = in.roster_epoch();
  out.n_min = in.n_min();
  out.n_max = in.n_max();
  out.max_corrupt = in.max_corrupt();
  out.gamma_ppm = in.gamma_ppm();
  out.delta_ppm = in.delta_ppm();
  out.min_survivors = in.min_survivors();
  out.sigma = in.sigma();
  out.eta = in.eta();
  out.vector_length = in.vector_length();
  out.ring_bits = in.ring_bits();
  out.payload_size = in.payload_size();
  out.limits = read_limits(in.time_limits());
  out.share_sum = in.publish_sum();
  return parameters;
}

Result<Offer> sign_offer(const RoundParameters& parameters, const SigningKey& aggregator) {
  if (parameters.aggregator_key != aggregator.verify_key()) return Reason::bad_parameters;
  Bytes bytes = encode_parameters(parameters);
  // What nobody could read is not signed: the bytes, not the struct, are the offer.
  BLINDSUM_TRY(parsed, decode_parameters(bytes));
  BLINDSUM_TRY(signature, aggregator.sign(offer_statement(bytes)));
  return Offer{std::move(bytes), std::move(parsed), signature};
}

}  // namespace blindsum
