// blindsum keygen: an identity for a participant, the aggregator or the authority.
#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "client/cli/commands.h"
#include "client/cli/key_argument.h"
#include "client/cli/report.h"
#include "crypto/entropy.h"
#include "crypto/sign.h"
#include "support/key_file.h"

namespace blindsum::cli {
namespace {

struct KeygenOptions {
  std::string out;
  bool json = false;
};

ExitCode keygen(const KeygenOptions& options) {
  const auto public_file = public_key_file(options.out);
  std::error_code ignored;  // then the write below says why
  if (std::filesystem::exists(public_file, ignored)) {
    return fail(public_file.string(), make_error_code(boost::system::errc::file_exists));
  }
  SystemEntropy entropy;
  const auto key = SigningKey::generate(entropy);
  if (!key) return fail("keygen", key.error());
  const auto secret_written = write_secret_key(options.out, *key);
  if (!secret_written) return fail(options.out, secret_written.error());
  const auto public_written = write_public_key(public_file, key->verify_key());
  if (!public_written) return fail(public_file.string(), public_written.error());

  const std::string digits = to_hex(key->verify_key().view());
  if (options.json) {
    print(boost::json::object{
        {"file", options.out}, {"public_file", public_file.string()}, {"public_key", digits}});
  } else {
    print("secret key: " + options.out + "  (keep it; nobody else may read it)");
    print("public key: " + public_file.string());
    print(digits);
  }
  return kOk;
}

}  // namespace

void add_keygen(CLI::App& app, ExitCode& code) {
  auto* command = app.add_subcommand(
      "keygen", "Make an identity: a secret key, and the public key that goes into the roster");
  auto options = std::make_shared<KeygenOptions>();
  command->add_option("--out", options->out, "secret key's file, NAME.key; never overwritten")
      ->required();
  command->add_flag("--json", options->json, R"(print {"file":…,"public_key":…})");
  command->footer(footer("blindsum keygen --out hospital-3.key"));
  command->callback([options, &code] { code = keygen(*options); });
}

}  // namespace blindsum::cli
