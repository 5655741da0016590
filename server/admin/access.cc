#include "server/admin/access.h"

#include <fmt/core.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <string>
#include <utility>

#include "crypto/secret.h"
#include "crypto/transcript.h"
#include "server/materials.h"
#include "support/error.h"
#include "support/files.h"

namespace blindsum {
namespace {

constexpr std::size_t kLeastToken = 32;
constexpr std::size_t kMostToken = 512;
constexpr std::string_view kScheme = "Bearer ";

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool is_token(std::string_view text) {
  return text.size() >= kLeastToken && text.size() <= kMostToken &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::optional<Hash> load_token(const std::filesystem::path& file,
                               std::vector<ConfigProblem>& problems) {
  const auto report = [&](ConfigError error, std::string text) {
    problems.push_back({error, file.string(), std::move(text)});
    return std::nullopt;
  };
  const auto hidden = check_private(file);
  if (!hidden && hidden.error() == SupportError::not_private) {
    return report(ConfigError::bad_token_file,
                  fmt::format("not_private: others may read it; `chmod 600 {}`, if nobody has",
                              file.string()));
  }
  auto text = read_text_file(file, kMostToken + 2);
  if (!text) {
    const bool large = text.error() == SupportError::file_too_large;
    return report(large ? ConfigError::bad_token_file : ConfigError::unreadable_file,
                  text.error().message());
  }
  const auto token = without_line_end(*text);
  const bool good = is_token(token);
  const auto hash = sha256(bytes_of(token));
  wipe(ByteSpan(reinterpret_cast<std::uint8_t*>(text->data()), text->size()));
  if (!good) {
    return report(ConfigError::bad_token_file,
                  fmt::format("a token has {} to {} visible characters, on one line; "
                              "`openssl rand -hex 32` makes one",
                              kLeastToken, kMostToken));
  }
  if (!hash) return report(ConfigError::bad_token_file, hash.error().message());
  return *hash;
}

// Digests of one length: nothing about the token's own shows in the time.
bool bears(std::string_view authorization, const Hash& token) {
  if (!authorization.starts_with(kScheme)) return false;
  const auto given = sha256(bytes_of(authorization.substr(kScheme.size())));
  return given && CRYPTO_memcmp(given->bytes.data(), token.bytes.data(), token.bytes.size()) == 0;
}

}  // namespace

std::optional<AdminMaterials> load_admin(const AdminConfig& config,
                                         std::vector<ConfigProblem>& problems) {
  AdminMaterials materials;
  if (!config.port) return materials;
  const auto before = problems.size();
  if (!config.token.empty()) materials.token = load_token(config.token, problems);
  if (!config.metrics_token.empty()) {
    materials.metrics_token = load_token(config.metrics_token, problems);
  }
  if (!config.certificate.empty()) {
    ListenConfig files;
    files.certificate = config.certificate;
    files.key = config.key;
    materials.tls = load_tls(files, problems);
  }
  TlsContext::Failure failure;
  if (materials.tls && !config.client_ca.empty() &&
      !materials.tls->ask_clients(config.client_ca, failure)) {
    problems.push_back(
        {failure.error.failed() ? ConfigError::unreadable_file : ConfigError::bad_certificate,
         failure.file.string(), failure.what});
  }
  if (problems.size() > before) return std::nullopt;
  return materials;
}

bool AdminAccess::allows(std::string_view authorization, bool certified) const {
  if (by_certificate_ && !certified) return false;
  return token_ ? bears(authorization, *token_) : by_certificate_;
}

bool AdminAccess::allows_metrics(std::string_view authorization, bool certified) const {
  if (allows(authorization, certified)) return true;
  if (by_certificate_ && !certified) return false;
  return metrics_token_ && bears(authorization, *metrics_token_);
}

}  // namespace blindsum
