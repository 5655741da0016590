// blindsum roster show, verify: what anybody can see of a roster.
#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "client/cli/commands.h"
#include "client/cli/date.h"
#include "client/cli/key_argument.h"
#include "client/cli/report.h"
#include "client/cli/roster_commands.h"
#include "protocol/round/reason.h"
#include "support/files.h"

namespace blindsum::cli {
namespace {

struct ShowOptions {
  std::string file;
  bool json = false;
};

struct VerifyOptions {
  std::string file;
  std::string authority;
  bool json = false;
};

UnixSeconds wall_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<UnixSeconds>(std::chrono::floor<std::chrono::seconds>(since).count());
}

std::string expiry(UnixSeconds not_after) {
  return not_after == 0 ? "never expires" : "expires after " + format_date(not_after);
}

boost::json::object as_json(const RosterContent& content) {
  boost::json::array members;
  for (const RosterMember& member : content.members) {
    members.push_back(boost::json::object{
        {"index", member.index}, {"name", member.name}, {"key", to_hex(member.key.view())}});
  }
  return {{"epoch", content.epoch},
          {"not_after", content.not_after},
          {"authority", content.authority},
          {"members", std::move(members)}};
}

ExitCode show(const ShowOptions& options) {
  const auto roster = read_draft(options.file);
  if (!roster) return fail(options.file, roster.error());
  const RosterContent& content = roster->content;
  if (options.json) {
    auto object = as_json(content);
    object["signed"] = roster->signature.has_value();
    print(object);
    return kOk;
  }
  print("epoch " + std::to_string(content.epoch) + ", " + std::to_string(content.members.size()) +
        " members, " + expiry(content.not_after) +
        (roster->signature ? ", signed (not verified here)" : ", not signed"));
  if (!content.authority.empty()) print("authority: " + content.authority);
  for (const RosterMember& member : content.members) {
    print(std::to_string(member.index) + "  " + to_hex(member.key.view()) + "  " + member.name);
  }
  return kOk;
}

ExitCode not_verified(const VerifyOptions& options, const Error& why) {
  if (options.json) print(boost::json::object{{"verified", false}, {"reason", why.message()}});
  return fail(options.file, why);
}

// What `roster add` leaves has no signature; that is no forgery.
bool waits_for_signature(const Bytes& file, const Error& why) {
  if (reason_of(why) != Reason::bad_signature) return false;
  const auto draft = read_unverified_roster(file);
  return draft && !draft->signature;
}

ExitCode verify(const VerifyOptions& options) {
  const auto authority = read_key_argument(options.authority);
  if (!authority) return fail("--authority " + options.authority, authority.error());
  const auto file = read_file(options.file, kMostRosterBytes);
  if (!file) return fail(options.file, file.error());
  const auto roster = read_roster(*file, *authority);
  if (!roster) {
    const auto code = not_verified(options, roster.error());
    if (waits_for_signature(*file, roster.error())) {
      complain(options.file + ": not signed yet; `blindsum roster sign` is the authority's to run");
    }
    return code;
  }
  if (roster_expired(*roster, wall_now())) return not_verified(options, Reason::roster_expired);
  const std::string hash = to_hex(roster->hash().view());
  if (options.json) {
    auto object = as_json(roster->content());
    object["verified"] = true;
    object["hash"] = hash;
    print(object);
  } else {
    print(options.file + ": good; epoch " + std::to_string(roster->epoch()) + ", " +
          std::to_string(roster->members().size()) + " members, " + expiry(roster->not_after()));
    print("hash " + hash);
  }
  return kOk;
}

}  // namespace

void add_roster_show(CLI::App& roster, ExitCode& code) {
  auto* command = roster.add_subcommand("show", "Print a roster, without judging it");
  auto options = std::make_shared<ShowOptions>();
  command->add_option("FILE", options->file, "the roster")->required();
  command->add_flag("--json", options->json, R"(print {"epoch":…,"members":[…],"signed":…})");
  command->footer(footer("blindsum roster show roster.bsr"));
  command->callback([options, &code] { code = show(*options); });
}

void add_roster_verify(CLI::App& roster, ExitCode& code) {
  auto* command = roster.add_subcommand("verify", "Check a roster against the authority's key");
  auto options = std::make_shared<VerifyOptions>();
  command->add_option("FILE", options->file, "the roster")->required();
  command
      ->add_option("--authority", options->authority,
                   "the authority's public key: 64 hex digits, or a .pub file")
      ->required();
  command->add_flag("--json", options->json, R"(print {"verified":…,"reason":…})");
  command->footer(footer("blindsum roster verify roster.bsr --authority authority.pub"));
  command->callback([options, &code] { code = verify(*options); });
}

}  // namespace blindsum::cli
