// blindsum roster init, add, sign: the authority's work, on its own machine.
#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/cli/commands.h"
#include "client/cli/date.h"
#include "client/cli/key_argument.h"
#include "client/cli/report.h"
#include "client/cli/roster_commands.h"
#include "support/files.h"
#include "support/key_file.h"

namespace blindsum::cli {
namespace {

struct InitOptions {
  std::string file;
  std::uint64_t epoch = 0;
  std::string not_after;
  std::string authority;
  bool json = false;
};

struct AddOptions {
  std::string file;
  std::string name;
  std::string key;
  std::optional<std::uint32_t> index;
  std::optional<std::uint64_t> epoch;
  bool json = false;
};

struct RemoveOptions {
  std::string file;
  std::string name;
  std::optional<std::uint64_t> epoch;
  bool json = false;
};

struct SignOptions {
  std::string file;
  std::string authority_key;
  bool json = false;
};

ExitCode init(const InitOptions& options) {
  RosterContent content;
  content.epoch = options.epoch;
  content.authority = options.authority;
  if (options.epoch == 0) return usage("--epoch: the first one is 1");
  if (!options.not_after.empty()) {
    const auto date = parse_date(options.not_after);
    if (!date) return usage("--not-after: " + date.error().message() + ": " + kDateHelp);
    content.not_after = *date;
  }
  std::error_code ignored;  // then the write below says why
  if (std::filesystem::exists(options.file, ignored)) {
    return fail(options.file, make_error_code(boost::system::errc::file_exists));
  }
  const auto written = write_file_atomically(options.file, encode_unsigned_roster(content));
  if (!written) return fail(options.file, written.error());
  if (options.json) {
    print(boost::json::object{{"file", options.file}, {"epoch", content.epoch}, {"members", 0}});
  } else {
    print(options.file + ": epoch " + std::to_string(content.epoch) + ", no members yet");
  }
  return kOk;
}

// What is wrong with adding the member, in words; bad_roster alone would not say which of them.
std::string why_not(const RosterContent& content, const RosterMember& member) {
  for (const RosterMember& other : content.members) {
    const std::string there =
        " is in the roster already, as " + std::to_string(other.index) + " " + other.name;
    if (other.index == member.index) return "the index" + there;
    if (other.name == member.name) return "the name" + there;
    if (other.key == member.key) return "the key" + there;
  }
  return {};
}

// A change under the old epoch would make two rosters of one epoch, which every participant that
// has seen the first one refuses [ROSTER-5].
ExitCode open_for_change(UnverifiedRoster& roster, const std::string& file,
                         const std::optional<std::uint64_t>& wanted) {
  const std::uint64_t epoch = roster.content.epoch;
  if (roster.signature && wanted.value_or(0) <= epoch) {
    complain(file + ": signed as epoch " + std::to_string(epoch) +
             "; a changed roster needs a new one: --epoch " + std::to_string(epoch + 1));
    return kFailed;
  }
  if (wanted && *wanted < epoch) {
    return usage("--epoch: may not go down from " + std::to_string(epoch));
  }
  roster.content.epoch = wanted.value_or(epoch);
  return kOk;
}

// `before`: the epoch that the file had.
ExitCode write_changed(const UnverifiedRoster& roster, const std::string& file,
                       std::uint64_t before) {
  const auto written = write_file_atomically(file, encode_unsigned_roster(roster.content));
  if (!written) return fail(file, written.error());
  if (roster.signature) {
    complain(file + ": the signature of epoch " + std::to_string(before) +
             " no longer fits and was dropped; sign again");
  }
  return kOk;
}

ExitCode add(const AddOptions& options) {
  const auto key = read_key_argument(options.key);
  if (!key) return fail("--key " + options.key, key.error());
  auto roster = read_draft(options.file);
  if (!roster) return fail(options.file, roster.error());
  const auto before = roster->content.epoch;
  const auto opened = open_for_change(*roster, options.file, options.epoch);
  if (opened != kOk) return opened;

  auto& members = roster->content.members;
  const std::uint32_t next = members.empty() ? 0 : members.back().index + 1;
  const RosterMember member{options.index.value_or(next), options.name, *key};
  const auto problem = why_not(roster->content, member);
  if (!problem.empty()) {
    complain(options.file + ": " + problem);
    return kFailed;
  }
  const auto by_index = [](const RosterMember& a, const RosterMember& b) {
    return a.index < b.index;
  };
  members.insert(std::lower_bound(members.begin(), members.end(), member, by_index), member);
  const auto checked = check_roster(roster->content);
  if (!checked) return fail(options.file, checked.error());
  const auto written = write_changed(*roster, options.file, before);
  if (written != kOk) return written;
  if (options.json) {
    print(boost::json::object{{"file", options.file},
                              {"epoch", roster->content.epoch},
                              {"members", members.size()},
                              {"index", member.index},
                              {"name", member.name}});
  } else {
    print(std::to_string(member.index) + " " + member.name);
  }
  return kOk;
}

ExitCode remove(const RemoveOptions& options) {
  auto roster = read_draft(options.file);
  if (!roster) return fail(options.file, roster.error());
  auto& members = roster->content.members;
  const auto found = std::find_if(members.begin(), members.end(), [&](const RosterMember& member) {
    return member.name == options.name;
  });
  if (found == members.end()) {
    complain(options.file + ": has no member of the name " + options.name);
    return kFailed;
  }
  const auto before = roster->content.epoch;
  const auto opened = open_for_change(*roster, options.file, options.epoch);
  if (opened != kOk) return opened;
  const auto index = found->index;
  members.erase(found);
  const auto written = write_changed(*roster, options.file, before);
  if (written != kOk) return written;
  if (options.json) {
    print(boost::json::object{{"file", options.file},
                              {"epoch", roster->content.epoch},
                              {"members", members.size()},
                              {"index", index},
                              {"name", options.name}});
  } else {
    print(std::to_string(index) + " " + options.name + " is not a member any more");
  }
  return kOk;
}

ExitCode sign(const SignOptions& options) {
  const auto authority = read_secret_key(options.authority_key);
  if (!authority) return fail(options.authority_key, authority.error());
  const auto roster = read_draft(options.file);
  if (!roster) return fail(options.file, roster.error());
  const auto file = sign_roster(roster->content, *authority);
  if (!file) return fail(options.file, file.error());
  // Read back as everybody will: a roster that nobody accepts must not leave this machine.
  const auto signed_roster = read_roster(*file, authority->verify_key());
  if (!signed_roster) return fail(options.file, signed_roster.error());
  const auto written = write_file_atomically(options.file, *file);
  if (!written) return fail(options.file, written.error());

  const std::string digits = to_hex(authority->verify_key().view());
  if (options.json) {
    print(boost::json::object{{"file", options.file},
                              {"epoch", signed_roster->epoch()},
                              {"members", signed_roster->members().size()},
                              {"hash", to_hex(signed_roster->hash().view())},
                              {"authority_key", digits}});
  } else {
    print(options.file + ": epoch " + std::to_string(signed_roster->epoch()) + ", " +
          std::to_string(signed_roster->members().size()) + " members, signed");
    print("to pin: --authority " + digits);
  }
  return kOk;
}

}  // namespace

void add_roster_init(CLI::App& roster, ExitCode& code) {
  auto* command = roster.add_subcommand("init", "Begin a roster without members");
  auto options = std::make_shared<InitOptions>();
  command->add_option("FILE", options->file, "file to make; never overwritten")->required();
  command->add_option("--epoch", options->epoch, "number of this roster; grows with every change")
      ->required();
  command->add_option("--not-after", options->not_after,
                      std::string("last moment at which it counts: ") + kDateHelp);
  command->add_option("--authority-name", options->authority, "the authority's name, for display");
  command->add_flag("--json", options->json, R"(print {"file":…,"epoch":…,"members":0})");
  command->footer(footer("blindsum roster init --epoch 1 --not-after 2027-01-31 roster.bsr"));
  command->callback([options, &code] { code = init(*options); });
}

void add_roster_add(CLI::App& roster, ExitCode& code) {
  auto* command = roster.add_subcommand("add", "Add a member");
  auto options = std::make_shared<AddOptions>();
  command->add_option("FILE", options->file, "the roster")->required();
  command->add_option("--name", options->name, "the member's name, unlike all others")->required();
  command->add_option("--key", options->key, "its public key: 64 hex digits, or a .pub file")
      ->required();
  command->add_option("--index", options->index, "its number for good; else the next one");
  command->add_option("--epoch", options->epoch, "new epoch; needed if the roster was signed");
  command->add_flag("--json", options->json, R"(print {"index":…,"name":…,"members":…})");
  command->footer(footer("blindsum roster add roster.bsr --name hospital-3 --key hospital-3.pub"));
  command->callback([options, &code] { code = add(*options); });
}

void add_roster_remove(CLI::App& roster, ExitCode& code) {
  auto* command =
      roster.add_subcommand("remove", "Leave a member out; the others keep their index");
  auto options = std::make_shared<RemoveOptions>();
  command->add_option("FILE", options->file, "the roster")->required();
  command->add_option("--name", options->name, "the member's name")->required();
  command->add_option("--epoch", options->epoch, "new epoch; needed if the roster was signed");
  command->add_flag("--json", options->json, R"(print {"index":…,"name":…,"members":…})");
  command->footer(footer("blindsum roster remove roster.bsr --name hospital-3 --epoch 2"));
  command->callback([options, &code] { code = remove(*options); });
}

void add_roster_sign(CLI::App& roster, ExitCode& code) {
  auto* command = roster.add_subcommand("sign", "Sign the roster, as it is handed out then");
  auto options = std::make_shared<SignOptions>();
  command->add_option("FILE", options->file, "the roster")->required();
  command->add_option("--authority-key", options->authority_key, "secret key of the authority")
      ->required();
  command->add_flag("--json", options->json, R"(print {"epoch":…,"hash":…,"authority_key":…})");
  command->footer(footer("blindsum roster sign roster.bsr --authority-key authority.key"));
  command->callback([options, &code] { code = sign(*options); });
}

}  // namespace blindsum::cli
