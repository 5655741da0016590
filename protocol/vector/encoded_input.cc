#include "protocol/vector/encoded_input.h"

#include <optional>
#include <span>
#include <utility>

#include "crypto/secret.h"
#include "faults/faults.h"

namespace blindsum {

Result<EncodedInput> EncodedInput::create(Update update, const CodecParameters& codec,
                                          const VectorSchema& schema, Ring ring, Entropy& entropy) {
  EncodedInput input(std::move(update), codec, ring);
  BLINDSUM_TRY(hasher, Sha256::create());
  const bool is_named = input.update_.id.has_value();
  const auto also = [&](ByteView values) -> Result<void> {
    return is_named ? Result<void>() : hasher.update(values);
  };
  BLINDSUM_CHECK(detail::check_update(input.update_, codec, schema, ring, also));
  BLINDSUM_TRY(id, is_named ? Result<Hash>(*input.update_.id)
                            : detail::finish_input_id(std::move(hasher), input.update_));
  BLINDSUM_TRY(size, encoded_length(codec, schema));
  BLINDSUM_TRY(rounding, detail::draw_rounding(codec, entropy));
  input.id_ = id;
  input.size_ = size;
  input.rounding_ = std::move(rounding);
  return Result<EncodedInput>(std::move(input));
}

EncodedInput& EncodedInput::operator=(EncodedInput&& other) noexcept {
  if (this != &other) {
    wipe_values();
    update_ = std::move(other.update_);
    codec_ = other.codec_;
    ring_ = other.ring_;
    rounding_ = std::move(other.rounding_);
    size_ = other.size_;
    id_ = other.id_;
  }
  return *this;
}

void EncodedInput::wipe_values() noexcept {
  std::visit([](auto& values) { wipe(std::span(values)); }, update_.values);
}

Result<void> EncodedInput::fill(std::uint64_t first, const WordSpan& words) {
  if (fault(Fault::rounding_redrawn) && first == 0) {
    SystemEntropy entropy;
    BLINDSUM_TRY(rounding, detail::draw_rounding(codec_, entropy));
    rounding_ = std::move(rounding);
  }
  return detail::encode_elements(update_, codec_, ring_, rounding_, first, words);
}

}  // namespace blindsum
