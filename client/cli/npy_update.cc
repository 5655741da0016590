#include "client/cli/npy_update.h"

#include <string>
#include <utility>
#include <variant>

#include "protocol/round/reason.h"
#include "support/npy.h"

namespace blindsum::cli {
namespace {

bool has_shape(const std::vector<std::uint64_t>& shape, const VectorSchema& schema,
               std::uint64_t values) {
  if (shape.size() == 1 && shape.front() == values) return true;
  return schema.tensors.size() == 1 && schema.tensors.front().shape == shape;
}

}  // namespace

Result<Update> read_update(const std::filesystem::path& file, const RoundOffer& offer,
                           std::uint64_t weight) {
  BLINDSUM_TRY(array, read_npy(file));
  BLINDSUM_TRY(values, offer.schema.values());
  const bool floats = std::holds_alternative<std::vector<double>>(array.values);
  if (floats != (offer.codec.kind == CodecKind::fixed_point)) return Reason::wrong_shape;
  if (!has_shape(array.shape, offer.schema, values)) return Reason::wrong_shape;
  return Update{.values = std::move(array.values), .weight = weight, .id = std::nullopt};
}

std::string describe_schema(const RoundOffer& offer) {
  const bool floats = offer.codec.kind == CodecKind::fixed_point;
  const auto values = offer.schema.values();
  std::string text = values ? std::to_string(*values) : "too many";
  text += floats ? " floats (" : " integers (";
  std::string between;
  for (const auto& tensor : offer.schema.tensors) {
    text += between + tensor.name + " [";
    between = "";
    for (const auto dimension : tensor.shape) {
      text += between + std::to_string(dimension);
      between = ", ";
    }
    text += "]";
    between = ", ";
  }
  return text + ")";
}

}  // namespace blindsum::cli
