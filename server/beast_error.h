// What Asio, OpenSSL and Beast call an error, by the names that the log shows.
#pragma once

#include "crypto/result.h"
#include "server/connection_error.h"

namespace blindsum::detail {

// The operating system's errors stay; `otherwise` is what a broken handshake of this stage is.
[[nodiscard]] Error named_error(const Error& error, ConnectionError otherwise);

}  // namespace blindsum::detail
