// The server's side of TLS: version 1.3 only, its certificate, no client certificates [WIRE-6]. The
// connections of websocket.cc are made from it; nothing else sees OpenSSL.
#pragma once

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
  ssl_ctx_st* native() const { return context_.get(); }

 private:
  explicit TlsContext(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}
  std::shared_ptr<ssl_ctx_st> context_;
};

// RFC 9266: what both ends of this very connection know and nobody in between [SESSION-2].
// Errors: library_failed.
[[nodiscard]] Result<Hash> tls_exporter(ssl_st* connection);

}  // namespace blindsum
