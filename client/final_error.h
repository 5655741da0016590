// Which ends of a session are the end of a run.
#pragma once

#include "crypto/result.h"

namespace blindsum {

// Connecting again would come to the same: somebody has to change a file, a key or a name first.
[[nodiscard]] bool is_final(const Error& error);

}  // namespace blindsum
