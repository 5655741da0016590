#include <utility>

#include "protocol/vector/codec.h"
#include "protocol/vector/encoding.h"

namespace blindsum {
Result<RingVector> encode(const Update& update, const CodecParameters& codec,
                          const VectorSchema& schema, Ring ring, Entropy& entropy) {
  const auto nothing = [](ByteView) -> Result<void> { return {}; };
  BLINDSUM_CHECK(detail::check_update(update, codec, schema, ring, nothing));
  BLINDSUM_TRY(rounding, detail::draw_rounding(codec, entropy));
  BLINDSUM_TRY(length, encoded_length(codec, schema));
  RingVector vector(ring, length);
  BLINDSUM_CHECK(detail::encode_elements(update, codec, ring, rounding, 0, vector.words()));
  return Result<RingVector>(std::move(vector));
}

Result<Hash> input_id(const Update& update) {
  if (update.id) return *update.id;
  BLINDSUM_TRY(hasher, Sha256::create());
  const auto raw = [](const auto& values) {
    return ByteView(reinterpret_cast<const std::uint8_t*>(values.data()),
                    values.size() * sizeof values[0]);
  };
  BLINDSUM_CHECK(hasher.update(std::visit(raw, update.values)));
  return detail::finish_input_id(std::move(hasher), update);
}

}  // namespace blindsum
