// The participant's side of TLS: version 1.3, and a server certificate that chains to one of the
// configured file and is for the configured name [WIRE-1, WIRE-6]. connection.cc makes its streams
// from it.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

class ClientTls {
 public:
  // PEM, one or more certificates: CAs, or the server's own. Errors: bad_ca_file, library_failed;
  // the operating system's.
  [[nodiscard]] static Result<ClientTls> load(const std::filesystem::path& ca_file);

  boost::asio::ssl::context& context() const { return *context_; }

 private:
  explicit ClientTls(std::shared_ptr<boost::asio::ssl::context> context)
      : context_(std::move(context)) {}
  std::shared_ptr<boost::asio::ssl::context> context_;
};

// Before the handshake: the name (or address) that the certificate must be for. Errors:
// wrong_host_name if it can be neither.
[[nodiscard]] Result<void> expect_server(ssl_st* connection, const std::string& name);
// After a handshake that failed with `error`, in our words.
[[nodiscard]] Error handshake_failure(ssl_st* connection, const Error& error);
// RFC 9266: what both ends of this very connection know and nobody in between [SESSION-2].
// Errors: library_failed.
[[nodiscard]] Result<Hash> client_exporter(ssl_st* connection);

}  // namespace blindsum
