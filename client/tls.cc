#include "client/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <string_view>

#include "client/error.h"
#include "crypto/error.h"
#include "support/files.h"

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
  if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1) {
    return failed(CryptoError::library_failed);
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  // So that a server's own certificate can be pinned, whoever issued it.
  if (X509_STORE_set_flags(SSL_CTX_get_cert_store(context), X509_V_FLAG_PARTIAL_CHAIN) != 1) {
    return failed(CryptoError::library_failed);
  }
  return {};
}

}  // namespace

Result<ClientTls> ClientTls::load(const std::filesystem::path& ca_file) {
  // Read here first, so that a missing file is called so.
  BLINDSUM_TRY(pem, read_file(ca_file, kMostCaBytes));
  try {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    BLINDSUM_CHECK(configure(context->native_handle()));
    Error error;
    context->add_certificate_authority(boost::asio::buffer(pem), error);
    if (error) return failed(ClientError::bad_ca_file);
    return ClientTls(std::move(context));
  } catch (const boost::system::system_error&) {
    return failed(CryptoError::library_failed);
  }
}

Result<void> expect_server(ssl_st* connection, const std::string& name) {
  Error no_address;
  boost::asio::ip::make_address(name, no_address);
  if (!no_address) {
    X509_VERIFY_PARAM* parameters = SSL_get0_param(connection);
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return {};
    return failed(ClientError::wrong_host_name);
  }
  SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // What the macro SSL_set_tlsext_host_name() does, with casts that can be found: it copies.
  std::string copy = name;
  const bool good = SSL_set1_host(connection, name.c_str()) == 1 &&
                    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                             copy.data()) == 1;
  if (!good) return failed(ClientError::wrong_host_name);
  return {};
}

Error handshake_failure(ssl_st* connection, const Error& error) {
  switch (SSL_get_verify_result(connection)) {
    case X509_V_OK:
      break;
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
