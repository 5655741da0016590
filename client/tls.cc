#include "client/tls.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <memory>
#include <string_view>

#include "client/error.h"
#include "crypto/error.h"
#include "faults/faults.h"
#include "support/files.h"
#include "transport/tls_policy.h"

namespace blindsum {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::string_view kExporterLabel = "EXPORTER-Channel-Binding";
constexpr std::uint64_t kMostCaBytes = std::uint64_t{4} << 20;

// Emptied of what OpenSSL left behind: the next call on this thread would take it for its own.
Error failed(Error error) {
  ERR_clear_error();
  return error;
}

Result<void> configure(SSL_CTX* context) {
  if (!set_tls_policy(context)) return failed(CryptoError::library_failed);
  SSL_CTX_set_verify(context, fault(Fault::any_certificate) ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                     nullptr);
  // So that a server's own certificate can be pinned, whoever issued it.
  if (X509_STORE_set_flags(SSL_CTX_get_cert_store(context), X509_V_FLAG_PARTIAL_CHAIN) != 1) {
    return failed(CryptoError::library_failed);
  }
  return {};
}

// SHA-256 of the public key as the certificate has it (RFC 7469, 2.4), or nothing.
std::optional<Hash> key_hash(X509* certificate) {
  const X509_PUBKEY* const key =
      certificate == nullptr ? nullptr : X509_get_X509_PUBKEY(certificate);
  unsigned char* der = nullptr;
  const int size = key == nullptr ? -1 : i2d_X509_PUBKEY(key, &der);
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(
      der, [](unsigned char* bytes) { OPENSSL_free(bytes); });
  Hash hash;
  unsigned hashed = 0;
  const bool good = size > 0 && EVP_Digest(der, static_cast<std::size_t>(size), hash.bytes.data(),
                                           &hashed, EVP_sha256(), nullptr) == 1;
  if (!good || hashed != hash.bytes.size()) return std::nullopt;
  return hash;
}

}  // namespace

// Instead of OpenSSL's own check, which comes after it if there are authorities.
int ClientTls::check_pin(X509_STORE_CTX* chain, void* state) {
  const auto& own = *static_cast<const State*>(state);
  const auto found = key_hash(X509_STORE_CTX_get0_cert(chain));
  if ((!found || *found != *own.key_pin) && !fault(Fault::any_certificate)) {
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  return own.has_ca ? X509_verify_cert(chain) : 1;
}

Result<void> ClientTls::add_authorities(State& state, const std::filesystem::path& file) {
  // Read here first, so that a missing file is called so.
  BLINDSUM_TRY(pem, read_file(file, kMostCaBytes));
  Error error;
  state.context.add_certificate_authority(boost::asio::buffer(pem), error);
  if (error) return failed(ClientError::bad_ca_file);
  state.has_ca = true;
  return {};
}

Result<ClientTls> ClientTls::load(const std::filesystem::path& ca_file,
                                  const std::optional<Hash>& key_pin) {
  try {
    auto state = std::make_shared<State>(State{ssl::context(ssl::context::tls_client), key_pin});
    SSL_CTX* const context = state->context.native_handle();
    BLINDSUM_CHECK(configure(context));
    if (!ca_file.empty() || !key_pin) BLINDSUM_CHECK(add_authorities(*state, ca_file));
    if (key_pin) SSL_CTX_set_cert_verify_callback(context, check_pin, state.get());
    return ClientTls(std::move(state));
  } catch (const boost::system::system_error&) {
    return failed(CryptoError::library_failed);
  }
}

Result<void> expect_server(ssl_st* connection, const std::string& name, bool checked) {
  Error no_address;
  boost::asio::ip::make_address(name, no_address);
  if (!no_address) {
    if (!checked) return {};
    X509_VERIFY_PARAM* parameters = SSL_get0_param(connection);
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return {};
    return failed(ClientError::wrong_host_name);
  }
  SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // What the macro SSL_set_tlsext_host_name() does, with casts that can be found: it copies.
  std::string copy = name;
  const bool good = (!checked || SSL_set1_host(connection, name.c_str()) == 1) &&
                    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                             copy.data()) == 1;
  if (!good) return failed(ClientError::wrong_host_name);
  return {};
}

Error handshake_failure(ssl_st* connection, const Error& error) {
  switch (SSL_get_verify_result(connection)) {
    case X509_V_OK:
      break;
    case X509_V_ERR_APPLICATION_VERIFICATION:
      return ClientError::wrong_server_key;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return ClientError::wrong_host_name;
    default:
      return ClientError::certificate_refused;
  }
  const bool of_tls = error.category() == boost::asio::error::get_ssl_category() ||
                      error.category() == ssl::error::get_stream_category();
  return of_tls ? make_error_code(ClientError::tls_failed) : error;
}

Result<Hash> client_exporter(ssl_st* connection) {
  Hash exporter;
  if (SSL_export_keying_material(connection, exporter.bytes.data(), exporter.bytes.size(),
                                 kExporterLabel.data(), kExporterLabel.size(), nullptr, 0,
                                 1) != 1) {
    return failed(CryptoError::library_failed);
  }
  return exporter;
}

}  // namespace blindsum
