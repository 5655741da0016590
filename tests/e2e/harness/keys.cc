#include "tests/e2e/harness/keys.h"

#include <stdexcept>
#include <utility>

#include "protocol/wire/documents.h"
#include "support/files.h"
#include "support/key_file.h"
#include "tests/e2e/harness/options.h"
#include "tests/server/temporary_folder.h"

namespace blindsum::e2e {
namespace {

template <class T>
T must_be(Result<T> result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().message());
  return *std::move(result);
}

}  // namespace

std::string member_name(std::uint32_t index) {
  return "m" + std::to_string(index);
}

const Keys& Keys::instance() {
  static const Keys keys;
  return keys;
}

Keys::Keys() {
  static const TemporaryFolder folder;
  folder_ = folder.path();
  std::vector<std::string> members;
  for (std::uint32_t i = 0; i < kMembers; ++i) members.push_back(member_name(i));
  auto names = members;
  names.insert(names.end(), {"authority", "aggregator", "stranger"});
  for (const auto& name : names) must({blindsum_program(), "keygen", "--out", name + ".key"});
  make_roster("roster.bsr", members, 1);
  make_certificates();
}

std::string Keys::must(const std::vector<std::string>& command) const {
  auto done = run_command(command, folder_);
  if (done.status == 0) return std::move(done.output);
  std::string line;
  for (const auto& word : command) line += word + " ";
  throw std::runtime_error(line + "failed:\n" + done.output);
}

// A CA with the server's certificate from it, and a CA that nobody here has anything from.
void Keys::make_certificates() const {
  for (const std::string name : {"ca", "other-ca"}) {
    must({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
          "-nodes", "-days", "2", "-subj", "/CN=" + name, "-keyout", name + ".pem.key", "-out",
          name + ".crt"});
  }
  must({"openssl",
        "req",
        "-x509",
        "-CA",
        "ca.crt",
        "-CAkey",
        "ca.pem.key",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=aggregator",
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout",
        "server.key",
        "-out",
        "server.crt"});
}

VerifyKey Keys::key(const std::string& name) const {
  return public_key(folder_, name);
}

std::string Keys::hex(const std::string& name) const {
  return to_hex(key(name).view());
}

SigningKey Keys::secret(const std::string& name) const {
  return must_be(read_secret_key(secret_file(name)), name);
}

Roster Keys::roster() const {
  const auto file = must_be(read_file(roster_file(), kMaxRosterBytes), "roster");
  return must_be(read_roster(file, key("authority")), "roster");
}

std::filesystem::path Keys::make_roster(const std::string& file,
                                        const std::vector<std::string>& names, std::uint64_t epoch,
                                        const std::vector<std::string>& more) const {
  std::filesystem::remove(path(file));
  std::vector<std::string> init{blindsum_program(),    "roster", "init", "--epoch",
                                std::to_string(epoch), file};
  init.insert(init.end(), more.begin(), more.end());
  must(init);
  for (std::size_t i = 0; i < names.size(); ++i) {
    // A name may stand for another's key: "m0=stranger".
    const auto equals = names[i].find('=');
    const auto name = names[i].substr(0, equals);
    const auto key = equals == std::string::npos ? name : names[i].substr(equals + 1);
    must({blindsum_program(), "roster", "add", file, "--name", name, "--key", key + ".pub"});
  }
  must({blindsum_program(), "roster", "sign", file, "--authority-key", "authority.key"});
  return path(file);
}

Finished Keys::blindsum(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), blindsum_program());
  return run_command(arguments, folder_);
}

std::string blindsum_program() {
  return E2E_BLINDSUM;
}
std::string blindsumd_program() {
  return E2E_BLINDSUMD;
}
std::string member_program() {
  return E2E_MEMBER;
}

}  // namespace blindsum::e2e
