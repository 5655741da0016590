#include "tests/client/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace blindsum {
namespace {

void require(bool good) {
  if (!good) throw std::runtime_error("a certificate for the test could not be made");
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open_file(const std::filesystem::path& path) {
  File file(std::fopen(path.c_str(), "w"), std::fclose);
  require(file != nullptr);
  return file;
}

}  // namespace

void write_test_certificate(const std::filesystem::path& certificate,
                            const std::filesystem::path& key, const TestCertificate& wanted) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"),
                                                                 EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
  require(pair && x509);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), wanted.valid_from_s);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), wanted.valid_to_s);
  X509_set_pubkey(x509.get(), pair.get());
  auto* name = X509_get_subject_name(x509.get());
  const unsigned char text[] = "blindsum test";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(x509.get(), name);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> names(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, wanted.names.c_str()),
      X509_EXTENSION_free);
  require(names && X509_add_ext(x509.get(), names.get(), -1) == 1);
  require(X509_sign(x509.get(), pair.get(), EVP_sha256()) > 0);
  const File certificate_file = open_file(certificate);
  require(PEM_write_X509(certificate_file.get(), x509.get()) == 1);
  const File key_file = open_file(key);
  require(::fchmod(::fileno(key_file.get()), S_IRUSR | S_IWUSR) == 0);
  require(PEM_write_PrivateKey(key_file.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
          1);
}

}  // namespace blindsum
