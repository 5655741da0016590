// A .npy file as the update of a round.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "client/participant.h"

namespace blindsum::cli {

// The file has all values of the task, flat and tensor after tensor, or, if the task has one
// tensor, its very shape. Whether numbers and weight are in their bounds is the codec's to say.
// Errors: those of read_npy(); wrong_shape, also for floats where integers are due or the other way
// round.
[[nodiscard]] Result<Update> read_update(const std::filesystem::path& file, const RoundOffer& offer,
                                         std::uint64_t weight);

// What read_update() would take, for people: "58 floats (weights [57], bias [1])".
std::string describe_schema(const RoundOffer& offer);

}  // namespace blindsum::cli
