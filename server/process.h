// What the process gives up before it serves: core dumps, being read by others, ways to gain
// privileges, root, capabilities. Used by main.cc, in this order, before any thread starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "crypto/result.h"
#include "server/config.h"
#include "server/log.h"

namespace blindsum {

// First of all, before a key is read: no core file (RLIMIT_CORE), no reading by others
// (PR_SET_DUMPABLE, but not under a sanitizer, which reads its own process), no gaining of
// privileges by anything that is executed (PR_SET_NO_NEW_PRIVS). Errors: the operating system's.
[[nodiscard]] Result<void> harden_process();
// Private keys of TLS go to locked pages of OpenSSL, which have room for as many connections: each
// keeps that of its handshake for as long as it is there. Before a key is read.
// Errors: library_failed.
[[nodiscard]] Result<void> lock_tls_keys(std::uint32_t connections);

// Whether the process may serve as it is: root_refused, unknown_user. Nothing is changed.
[[nodiscard]] std::optional<ConfigProblem> check_process(const ServerConfig& config);
// Becomes the user of [process], if root started it, and gives up every capability (also if it
// stays root, which may then do with its own files what any user may) but, for a port below 1024,
// that to listen on it. Errors: the operating system's.
[[nodiscard]] Result<void> drop_privileges(const ServerConfig& config);

// Who serves, and what could not be had, for the operator.
void log_process(Log& log);

}  // namespace blindsum
