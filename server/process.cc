#include "server/process.h"

#include <grp.h>
#include <linux/capability.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <bit>

#include "crypto/error.h"
#include "crypto/locked_memory.h"
#include "support/descriptor.h"
#include "support/sanitizer.h"

namespace blindsum {
namespace {

// Keys of certificates, and what handshakes and random generators need for moments.
constexpr std::size_t kTlsKeyBytes = std::size_t{64} << 10;
// The key of a handshake, which OpenSSL keeps until the connection is freed: 32 bytes for X25519,
// twice that for P-256. Where there is no room, a handshake fails.
constexpr std::size_t kKeyBytesOfConnection = 64;
constexpr std::size_t kLeastKeyBytes = 32;
constexpr std::uint16_t kFirstFreePort = 1024;
constexpr int kLockedHeap = 1;  // 2: made, but not locked

Result<void> done(int result) {
  if (result != 0) return last_system_error();
  return {};
}

struct User {
  uid_t id = 0;
  gid_t group = 0;
};

std::optional<User> user_of(const ProcessConfig& process) {
  const auto* const entry = ::getpwnam(process.user.c_str());
  if (entry == nullptr) return std::nullopt;
  User user{entry->pw_uid, entry->pw_gid};
  if (process.group.empty()) return user;
  const auto* const group = ::getgrnam(process.group.c_str());
  if (group == nullptr) return std::nullopt;
  user.group = group->gr_gid;
  return user;
}

// glibc changes the ids of all threads; there is one as yet.
Result<void> become(const ProcessConfig& process) {
  const auto user = user_of(process);
  if (!user) return boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
  BLINDSUM_CHECK(done(::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)));
  BLINDSUM_CHECK(done(::initgroups(process.user.c_str(), user->group)));
  BLINDSUM_CHECK(done(::setresgid(user->group, user->group, user->group)));
  return done(::setresuid(user->id, user->id, user->id));
}

// What is left is what `wanted` has and the process had. Raw calls: of a library for it only these
// two would be used.
Result<void> keep_capabilities(std::uint32_t wanted) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  BLINDSUM_CHECK(done(static_cast<int>(::syscall(SYS_capget, &header, sets.data()))));
  const std::uint32_t kept = sets[0].permitted & wanted;
  sets = {};
  sets[0].permitted = kept;
  sets[0].effective = kept;
  return done(static_cast<int>(::syscall(SYS_capset, &header, sets.data())));
}

// A sanitizer reads its own process.
Result<void> hide_memory() {
  if (kSanitized) return {};
  return done(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

bool is_root() {
  return ::geteuid() == 0;
}

bool tls_keys_locked = false;

}  // namespace

Result<void> harden_process() {
  const ::rlimit none{0, 0};
  BLINDSUM_CHECK(done(::setrlimit(RLIMIT_CORE, &none)));
  BLINDSUM_CHECK(hide_memory());
  return done(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

Result<void> lock_tls_keys(std::uint32_t connections) {
  const std::size_t wanted = kTlsKeyBytes + kKeyBytesOfConnection * connections;
  const int made = CRYPTO_secure_malloc_init(std::bit_ceil(wanted), kLeastKeyBytes);
  ERR_clear_error();
  if (made == 0) return CryptoError::library_failed;
  tls_keys_locked = made == kLockedHeap;
  return {};
}

std::optional<ConfigProblem> check_process(const ServerConfig& config) {
  const auto& process = config.process;
  if (!is_root()) return std::nullopt;
  if (!process.user.empty()) {
    if (user_of(process)) return std::nullopt;
    return ConfigProblem{ConfigError::unknown_user, config.file.string(),
                         "[process]: this machine has no such user or group"};
  }
  if (process.allow_root) return std::nullopt;
  return ConfigProblem{ConfigError::root_refused, config.file.string(),
                       "started as root: name a user in [process], start it as one (systemd: "
                       "User=), or set allow_root = true there"};
}

Result<void> drop_privileges(const ServerConfig& config) {
  const auto& process = config.process;
  const bool low_port = config.listen.port > 0 && config.listen.port < kFirstFreePort;
  const std::uint32_t wanted = low_port ? 1U << CAP_NET_BIND_SERVICE : 0;
  if (is_root() && !process.user.empty()) BLINDSUM_CHECK(become(process));
  // Also who stays root: the files that root owns are enough.
  BLINDSUM_CHECK(keep_capabilities(wanted));
  // A change of the user turns it on again where the system's default is so.
  return hide_memory();
}

void log_process(Log& log) {
  log.info("runs as user {}, group {}", ::geteuid(), ::getegid());
  if (is_root()) log.warning("runs as root, as [process] allows");
  if (memory_is_locked() && tls_keys_locked) return;
  ::rlimit limit{};
  static_cast<void>(::getrlimit(RLIMIT_MEMLOCK, &limit));
  log.warning("memory_not_locked: keys may be swapped out; RLIMIT_MEMLOCK is {} bytes",
              limit.rlim_cur);
}

}  // namespace blindsum
