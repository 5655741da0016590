#include "server/tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>
#include <string_view>

#include "crypto/error.h"
#include "support/descriptor.h"
#include "transport/tls_policy.h"

namespace blindsum {
namespace {

constexpr std::string_view kExporterLabel = "EXPORTER-Channel-Binding";

// The oldest error of this thread's queue says what went wrong, the others what that led to.
std::string openssl_says() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "unknown OpenSSL error" : reason;
}

// A server has nobody to ask: OpenSSL would wait at the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

bool is_readable(const std::filesystem::path& file, TlsContext::Failure& failure) {
  failure.file = file;
  const auto opened = Descriptor::open(file, O_RDONLY);
  if (opened) return true;
  failure.error = opened.error();
  failure.what = opened.error().message();
  return false;
}

bool use_certificate(SSL_CTX* context, const std::filesystem::path& file,
                     TlsContext::Failure& failure) {
  if (!is_readable(file, failure)) return false;
  if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) != 1) {
    failure.what = "no PEM certificate chain: " + openssl_says();
    return false;
  }
  // Clients would refuse it, each with a message of its own.
  const X509* const own = SSL_CTX_get0_certificate(context);
  if (X509_cmp_current_time(X509_get0_notAfter(own)) < 0) failure.what = "has expired";
  if (X509_cmp_current_time(X509_get0_notBefore(own)) > 0) failure.what = "is not valid yet";
  return failure.what.empty();
}

bool use_key(SSL_CTX* context, const std::filesystem::path& file, TlsContext::Failure& failure) {
  if (!is_readable(file, failure)) return false;
  if (SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_PEM) == 1) return true;
  failure.what = "no PEM key of the certificate, or it has a passphrase: " + openssl_says();
  return false;
}

}  // namespace

std::optional<TlsContext> TlsContext::load(const std::filesystem::path& certificate,
                                           const std::filesystem::path& key, Failure& failure) {
  ERR_clear_error();
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context || !set_tls_policy(context.get())) {
    failure.what = "TLS 1.3 is not available: " + openssl_says();
    return std::nullopt;
  }
  // Sessions last for hours: a ticket to resume one is worth nothing and costs a key to rotate.
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  if (!use_certificate(context.get(), certificate, failure)) return std::nullopt;
  if (!use_key(context.get(), key, failure)) return std::nullopt;
  return TlsContext(context);
}

std::int64_t TlsContext::certificate_ends() const {
  std::tm end{};
  const X509* const own = SSL_CTX_get0_certificate(native());
  if (own == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(own), &end) != 1) return 0;
  return ::timegm(&end);
}

bool TlsContext::ask_clients(const std::filesystem::path& authorities, Failure& failure) {
  if (!is_readable(authorities, failure)) return false;
  auto* const names = SSL_load_client_CA_file(authorities.c_str());
  if (names == nullptr || SSL_CTX_load_verify_file(native(), authorities.c_str()) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    failure.what = "no PEM certificates of authorities: " + openssl_says();
    return false;
  }
  SSL_CTX_set_client_CA_list(native(), names);
  SSL_CTX_set_verify(native(), SSL_VERIFY_PEER, nullptr);
  return true;
}

bool tls_certified(ssl_st* connection) {
  return SSL_get0_peer_certificate(connection) != nullptr &&
         SSL_get_verify_result(connection) == X509_V_OK;
}

Result<Hash> tls_exporter(ssl_st* connection) {
  Hash exporter;
  if (SSL_export_keying_material(connection, exporter.bytes.data(), exporter.bytes.size(),
                                 kExporterLabel.data(), kExporterLabel.size(), nullptr, 0,
                                 1) != 1) {
    ERR_clear_error();
    return CryptoError::library_failed;
  }
  return exporter;
}

}  // namespace blindsum
