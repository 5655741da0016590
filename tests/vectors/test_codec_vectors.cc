// Family codec.
#include <doctest/doctest.h>

#include <bit>

#include "protocol/vector/codec.h"
#include "protocol/vector/encoded_input.h"
#include "tests/support/seeded_entropy.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {
namespace {

// Doubles as their bytes, and back.
std::vector<double> doubles(const Bytes& bytes) {
  std::vector<double> values;
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    values.push_back(std::bit_cast<double>(get_u64(ByteView(bytes).subspan(i).first<8>())));
  }
  return values;
}
std::string hex_of_doubles(const std::vector<double>& values) {
  Bytes bytes;
  for (const double value : values) put_u64(bytes, std::bit_cast<std::uint64_t>(value));
  return hex(bytes);
}

CodecParameters codec_of(const Input& input) {
  const Input codec = input.object("codec");
  return {static_cast<CodecKind>(codec.u32("kind")), doubles(codec.bytes("clip")).at(0),
          doubles(codec.bytes("scale")).at(0), codec.u64("weight_bound"), codec.u64("bound")};
}

Ring ring_of_bits(const Input& input) {
  return Ring::of_bits(input.u32("b")).value();
}

VectorSchema schema_of(const Input& input) {
  TensorSchema tensor{"w", {}};
  for (const std::uint32_t size : input.numbers("shape")) tensor.shape.push_back(size);
  return {{tensor}};
}

// Both ways to encode: at once, and element by element as the upload does it.
json::object encoded(const Input& input, const std::function<Update()>& update) {
  const Bytes key = input.has("rounding_key") ? input.bytes("rounding_key") : Bytes();
  ScriptedEntropy entropy(key);
  const RingVector vector = at(
      "vector", encode(update(), codec_of(input), schema_of(input), ring_of_bits(input), entropy));
  ScriptedEntropy again(key);
  EncodedInput lazily =
      at("vector", EncodedInput::create(update(), codec_of(input), schema_of(input),
                                        ring_of_bits(input), again));
  RingVector single(ring_of_bits(input), lazily.size());
  json::array elements;
  for (std::uint64_t i = 0; i < vector.size(); ++i) {
    at("vector", lazily.fill(i, single.words(i, 1)));
    CHECK(single.get(i) == vector.get(i));
    elements.emplace_back(std::to_string(vector.get(i)));
  }
  return {{"elements", elements}};
}

Aggregate decoded(const Input& input) {
  const auto elements = input.wide_numbers("elements");
  RingVector sum(ring_of_bits(input), elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) sum.set(i, elements[i]);
  return at("vector", decode(sum, codec_of(input), schema_of(input), input.u32("members")));
}

Update real_update(const Input& input) {
  return {doubles(input.bytes("values")), input.u64("weight"), {}};
}
Update whole_update(const Input& input) {
  return {input.signed_numbers("values"), 1, {}};
}
json::object id_of(const Update& update) {
  return {{"id", hex(input_id(update).value().view())}};
}

json::object run_codec(const std::string& what, const Input& input) {
  if (what == "bound") {
    return {{"bound", std::to_string(at("parameters", value_bound(codec_of(input))))}};
  }
  if (what == "ring") {
    at("parameters", check_ring(codec_of(input), input.u32("n_max"), ring_of_bits(input)));
    return {};
  }
  if (what == "encode_real") return encoded(input, [&] { return real_update(input); });
  if (what == "encode_whole") return encoded(input, [&] { return whole_update(input); });
  if (what == "input_id_real") return id_of(real_update(input));
  if (what == "input_id_whole") return id_of(whole_update(input));
  const Aggregate aggregate = decoded(input);
  if (what == "decode_whole") {
    return {{"values", digit_list(std::get<std::vector<std::int64_t>>(aggregate.values))}};
  }
  return {{"values", hex_of_doubles(std::get<std::vector<double>>(aggregate.values))},
          {"total_weight", std::to_string(aggregate.total_weight)}};
}

}  // namespace

TEST_CASE("[CODEC-1, CODEC-2, CODEC-3, CODEC-4, CODEC-5, CODEC-6, PARAM-8] vectors of codec") {
  run_family("codec", run_codec);
}

}  // namespace blindsum::vectors
