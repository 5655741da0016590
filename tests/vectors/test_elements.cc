// Families masks, packing, finder.
#include <doctest/doctest.h>

#include <algorithm>

#include "crypto/mask_stream.h"
#include "protocol/round/graph_parameters.h"
#include "protocol/vector/accumulator.h"
#include "protocol/vector/masked_vector.h"
#include "protocol/vector/packing.h"
#include "tests/vectors/values.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {
namespace {

Ring ring_of(const Input& input) {
  return at("parameters", Ring::of_bits(input.u32("b")));
}

RingVector vector_of(Ring ring, const std::vector<std::uint64_t>& elements) {
  RingVector vector(ring, elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) vector.set(i, elements[i]);
  return vector;
}

json::array elements_of(const RingVector& vector) {
  json::array list;
  for (std::uint64_t i = 0; i < vector.size(); ++i) {
    list.emplace_back(std::to_string(vector.get(i)));
  }
  return list;
}

Bytes packed(const RingVector& vector) {
  Bytes out(vector.ring().packed_size(vector.size()));
  at("vector", pack(vector.ring(), vector.words(), out));
  return out;
}

MaskStream stream_of(const Input& input, std::string_view key, MaskSign sign) {
  return MaskStream::create(secret<StreamKeyTag>(input, key), sign).value();
}

RingVector mask_words(const Input& input) {
  RingVector words(ring_of(input), input.u32("m"));
  const MaskStream stream = stream_of(input, "key", MaskSign::add);
  at("crypto", apply_masks({&stream, 1}, 0, words.words()));
  return words;
}

// y, read in pieces of a length that fits nothing.
json::object masked_vector(const Input& input) {
  std::vector<MaskStream> streams;
  streams.push_back(stream_of(input, "self_key", MaskSign::add));
  for (const Input& pair : input.objects("pairs")) {
    const bool above = pair.u32("v") > input.u32("u");
    streams.push_back(stream_of(pair, "key", above ? MaskSign::add : MaskSign::subtract));
  }
  MaskedVector masked(vector_of(ring_of(input), input.wide_numbers("elements")),
                      std::move(streams));
  Bytes out(masked.packed_size());
  constexpr std::size_t piece = 7;
  for (std::size_t offset = 0; offset < out.size(); offset += piece) {
    const std::size_t size = std::min(piece, out.size() - offset);
    at("vector", masked.read(offset, ByteSpan(out).subspan(offset, size)));
  }
  return {{"packed", hex(out)}};
}

json::object run_masks(const std::string& what, const Input& input) {
  if (what == "masked") return masked_vector(input);
  const RingVector words = mask_words(input);
  if (what == "long_stream") {
    return {{"packed_sha256", hex(sha256(packed(words)).value().view())}};
  }
  return {{"word_bits", 8 * word_bytes(words.ring().width())},
          {"elements", elements_of(words)},
          {"packed", hex(packed(words))}};
}

json::object run_packing(const std::string& what, const Input& input) {
  const Ring ring = ring_of(input);
  if (what == "pack") {
    const RingVector vector = vector_of(ring, input.wide_numbers("elements"));
    const Bytes bytes = packed(vector);
    return {{"packed", hex(bytes)}, {"sum_hash", hex(sha256(bytes).value().view())}};
  }
  const Accumulator sum =
      at("vector", Accumulator::from_packed(ring, input.u32("m"), input.bytes("packed")));
  json::array centred;
  for (std::uint64_t i = 0; i < sum.length(); ++i) {
    centred.emplace_back(std::to_string(ring.centred(sum.sum().get(i))));
  }
  return {{"elements", elements_of(sum.sum())}, {"signed", centred}};
}

json::object run_finder(const std::string&, const Input& input) {
  const GraphParameters found =
      at("finder",
         find_graph_parameters({input.u32("n"), input.u32("c"), input.u32("d"), input.u32("sigma"),
                                input.u32("eta"), input.u32("min_survivors")}));
  return {{"k", found.k},
          {"t", found.t},
          {"quorum", found.quorum},
          {"survivors", found.survivors},
          {"in_degree_cap", found.in_degree_cap},
          {"stranded", found.stranded},
          {"honest_floor", found.honest_floor}};
}

}  // namespace

TEST_CASE("[STREAM-1, STREAM-2, MASK-1, MASK-2] vectors of masks") {
  run_family("masks", run_masks);
}
TEST_CASE("[RING-1, PACK-1, RECORD-4] vectors of packing") {
  run_family("packing", run_packing);
}
TEST_CASE("[FINDER-1, FINDER-2, FINDER-3, FINDER-6, FINDER-7, FINDER-8] vectors of finder") {
  run_family("finder", run_finder);
}

}  // namespace blindsum::vectors
