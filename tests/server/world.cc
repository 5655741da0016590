#include "tests/server/world.h"

#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdio>
#include <stdexcept>

#include "protocol/wire/documents.h"
#include "support/files.h"
#include "support/key_file.h"

namespace blindsum {
namespace {

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

constexpr std::string_view kConfiguration = R"(
[listen]
address = "127.0.0.1"
port = 0
certificate = "server.crt"
key = "server.key"
[aggregator]
key = "aggregator.key"
roster = "roster.bsr"
authority = "{}"
results = "results"
[process]
allow_root = true

[limits]
compute_threads = 2
{}
[[task]]
name = "t"
tensors = [{{ name = "a", shape = [2] }}, {{ name = "b", shape = [1] }}]
codec = {{ kind = "fixed_point", clip = 100.0, scale = 1024.0, weight_bound = 10 }}
n_min = {}
n_max = {}
delta = "15%"
max_corrupt = 1
time_limits = {{ advertise = "4s", share = "4s", mask = "4s", attest = "4s", unmask = "4s" }}
{}
)";

}  // namespace

World::World(std::uint32_t members, UnixSeconds not_after) {
  aggregator_.emplace(SigningKey::generate(entropy_).value());
  authority_.emplace(SigningKey::generate(entropy_).value());
  RosterContent content{1, {}, not_after, "test authority"};
  for (std::uint32_t i = 0; i < members; ++i) {
    identities_.push_back(SigningKey::generate(entropy_).value());
    content.members.push_back({index(i), fmt::format("member-{}", i), identities_[i].verify_key()});
  }
  const auto file = sign_roster(content, *authority_).value();
  roster_.emplace(read_roster(file, authority_->verify_key()).value());
  require(write_file_atomically(path("roster.bsr"), file).has_value(), "roster");
  require(write_secret_key(path("aggregator.key"), *aggregator_).has_value(), "key");
  write_certificate(path("server.crt"), path("server.key"));
}

std::string World::configuration(std::uint32_t n_min, const std::string& task,
                                 const std::string& limits) const {
  return fmt::format(kConfiguration, to_hex(authority_->verify_key().view()), limits, n_min, size(),
                     task);
}

ServerConfig World::config(const std::string& text) const {
  require(write_file_atomically(path("blindsumd.toml"), text).has_value(), "configuration");
  auto result = read_config(path("blindsumd.toml"));
  for (const auto& problem : result.problems) throw std::runtime_error(problem.line());
  return result.config;
}

std::string on_result_line(const std::string& script) {
  return fmt::format("on_result = [\"sh\", \"-c\", '''{}''']\n", script);
}

void write_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key,
                       long seconds_left) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"),
                                                                 EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
  require(pair && x509, "certificate");
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), seconds_left);
  X509_set_pubkey(x509.get(), pair.get());
  auto* name = X509_get_subject_name(x509.get());
  const unsigned char host[] = "localhost";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, host, -1, -1, 0);
  X509_set_issuer_name(x509.get(), name);
  auto* alternative =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  X509_add_ext(x509.get(), alternative, -1);
  X509_EXTENSION_free(alternative);
  require(X509_sign(x509.get(), pair.get(), EVP_sha256()) > 0, "certificate");
  auto* file = std::fopen(certificate.c_str(), "w");
  require(file != nullptr && PEM_write_X509(file, x509.get()) == 1, "certificate");
  std::fclose(file);
  file = std::fopen(key.c_str(), "w");
  require(::chmod(key.c_str(), 0600) == 0, "certificate key");
  require(file != nullptr &&
              PEM_write_PrivateKey(file, pair.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "certificate key");
  std::fclose(file);
}

}  // namespace blindsum
