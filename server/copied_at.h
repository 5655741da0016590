// The mark of a copied folder of results, `copied-at`: when its copying began. A server that finds
// it has been put back to that time. Rounds since then have been offered, and have signed records,
// of which it knows nothing; to give one of their numbers again would tell two stories of one round
// (SPEC.md, RECORD-2), and members refuse it (POLICY-6). So it leaves out as many numbers as may
// have been given since.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "crypto/result.h"
#include "protocol/round/clock.h"

namespace blindsum {

// Durable. Errors: the operating system's.
[[nodiscard]] Result<void> mark_copied(const std::filesystem::path& folder, UnixSeconds when);
// When; nothing if there is no mark. Errors: the operating system's; bad_mark.
[[nodiscard]] Result<std::optional<UnixSeconds>> copied_at(const std::filesystem::path& folder);
// Once a newer record is there.
void remove_mark(const std::filesystem::path& folder);

// How many rounds may have begun between the two. Errors: clock_behind, if the second is the
// earlier.
[[nodiscard]] Result<std::uint64_t> rounds_between(UnixSeconds copied, UnixSeconds now);

}  // namespace blindsum
