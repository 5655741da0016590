// The server's side of TLS: version 1.3 only, its certificate; no client certificates [WIRE-6], but
// on the operator's port, if it is to have them. Connections are made from it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "crypto/bytes.h"
#include "crypto/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace blindsum {

class TlsContext {
 public:
  struct Failure {
    std::filesystem::path file;
    Error error;       // the operating system's, if the file cannot be read
    std::string what;  // for people
  };
  // PEM files: the chain with the server's own certificate first, and its key.
  [[nodiscard]] static std::optional<TlsContext> load(const std::filesystem::path& certificate,
                                                      const std::filesystem::path& key,
                                                      Failure& failure);
  // From now on clients are asked for a certificate that an authority of this PEM file has signed.
  // Whoever has another is refused; whoever has none is not: tls_certified() tells.
  [[nodiscard]] bool ask_clients(const std::filesystem::path& authorities, Failure& failure);
  // When its own certificate ends, in seconds since 1970.
  std::int64_t certificate_ends() const;
  ssl_ctx_st* native() const { return context_.get(); }

 private:
  explicit TlsContext(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}
  std::shared_ptr<ssl_ctx_st> context_;
};

// Whether the other end has shown a certificate; it was verified then.
[[nodiscard]] bool tls_certified(ssl_st* connection);

// RFC 9266: what both ends of this very connection know and nobody in between [SESSION-2].
// Errors: library_failed.
[[nodiscard]] Result<Hash> tls_exporter(ssl_st* connection);

}  // namespace blindsum
