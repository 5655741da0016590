// The participant's side of TLS: version 1.3, and a server certificate that chains to one of the
// configured file and is for the configured name, or has the pinned key, or both [WIRE-1, WIRE-6].
// connection.cc makes its streams from it.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

class ClientTls {
 public:
  // PEM, one or more certificates: CAs, or the server's own; it may be left empty if there is a
  // pin, and then names and dates of the certificate say nothing. `key_pin` is the SHA-256 of the
  // certificate's public key (SubjectPublicKeyInfo), so that it outlives the certificate. Errors:
  // bad_ca_file, library_failed; the operating system's.
  [[nodiscard]] static Result<ClientTls> load(const std::filesystem::path& ca_file,
                                              const std::optional<Hash>& key_pin = std::nullopt);

  boost::asio::ssl::context& context() const { return state_->context; }
  // Whether the certificate has to be for the server's name.
  bool checks_name() const { return state_->has_ca; }

 private:
  struct State {
    boost::asio::ssl::context context;
    std::optional<Hash> key_pin;
    bool has_ca = false;
  };
  explicit ClientTls(std::shared_ptr<State> state) : state_(std::move(state)) {}
  static Result<void> add_authorities(State& state, const std::filesystem::path& file);
  static int check_pin(X509_STORE_CTX* chain, void* state);

  std::shared_ptr<State> state_;
};

// Before the handshake: the name (or address) that is asked for, and, if `checked`, that the
// certificate must be for. Errors: wrong_host_name if it can be neither.
[[nodiscard]] Result<void> expect_server(ssl_st* connection, const std::string& name, bool checked);
// After a handshake that failed with `error`, in our words.
[[nodiscard]] Error handshake_failure(ssl_st* connection, const Error& error);
// RFC 9266: what both ends of this very connection know and nobody in between [SESSION-2].
// Errors: library_failed.
[[nodiscard]] Result<Hash> client_exporter(ssl_st* connection);

}  // namespace blindsum
