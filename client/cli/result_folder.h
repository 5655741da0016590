// `blindsum join --results`: what a participant keeps of its rounds, for `blindsum record verify`
// and for its own use of the sum.
#pragma once

#include <filesystem>
#include <string>

#include "client/participant.h"

namespace blindsum::cli {

// Writes round-000007.record and, where the sum was shared, round-000007.npy (flat, tensor after
// tensor). Returns the record's file, empty if there is no folder or no record. Errors: the
// operating system's.
[[nodiscard]] Result<std::string> keep_result(const std::string& folder, const RoundResult& result);

}  // namespace blindsum::cli
