// blindsum evidence: what a participant kept of an aggregator that contradicted itself.
#include "client/evidence.h"

#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/date.h"
#include "client/cli/report.h"
#include "support/files.h"

namespace blindsum::cli {
namespace {

struct EvidenceOptions {
  std::string state;
  std::string out;
  bool json = false;
};

struct Files {
  std::string first;
  std::string second;
};

// "evidence-0003-first.frame", and likewise the second: the number is one for all time.
Result<Files> write_frames(const std::filesystem::path& folder, const Evidence& one) {
  char stem[40];
  std::snprintf(stem, sizeof(stem), "evidence-%04llu", static_cast<unsigned long long>(one.number));
  const Files files{.first = (folder / (std::string(stem) + "-first.frame")).string(),
                    .second = (folder / (std::string(stem) + "-second.frame")).string()};
  BLINDSUM_CHECK(write_file_atomically(files.first, one.first));
  BLINDSUM_CHECK(write_file_atomically(files.second, one.second));
  return files;
}

boost::json::object as_json(const Evidence& one) {
  return {{"number", one.number},
          {"task", one.task},
          {"round", one.round},
          {"session_id", to_hex(one.session_id.view())},
          {"message", one.message},
          {"found", format_date(one.found)},
          {"first_bytes", one.first.size()},
          {"second_bytes", one.second.size()}};
}

std::string as_line(const Evidence& one) {
  return std::to_string(one.number) + "  " + format_date(one.found) + "  " + one.task + " round " +
         std::to_string(one.round) + ": two different " + one.message + " messages, " +
         std::to_string(one.first.size()) + " and " + std::to_string(one.second.size()) + " bytes";
}

ExitCode evidence(const EvidenceOptions& options) {
  const auto all = read_evidence(options.state);
  if (!all) return fail(options.state, all.error());
  if (!options.out.empty()) {
    const auto made = make_folder(options.out);
    if (!made) return fail(options.out, made.error());
  }
  boost::json::array list;
  for (const Evidence& one : *all) {
    auto object = as_json(one);
    if (!options.json) print(as_line(one));
    if (!options.out.empty()) {
      const auto files = write_frames(options.out, one);
      if (!files) return fail(options.out, files.error());
      object["first"] = files->first;
      object["second"] = files->second;
      if (!options.json) print("    " + files->first + ", " + files->second);
    }
    list.push_back(std::move(object));
  }
  if (options.json) {
    print(boost::json::object{{"evidence", std::move(list)}});
  } else if (all->empty()) {
    print(std::string("none: the aggregator never contradicted itself here"));
  }
  return kOk;
}

constexpr const char* kHelp =
    "Where the aggregator sent two different messages for one step of a round, or two signed\n"
    "records of one round, `blindsum join` stops that round and keeps both in its state folder.\n"
    "Kept are the newest 64, of 64 MiB at most. --out writes the frames as they came, for others\n"
    "to look at: SPEC.md, WIRE-1, says what is in them, and ONCE-2 whom they convince.\n"
    "The folder must not be in use by `blindsum join`.\n\n";

}  // namespace

void add_evidence(CLI::App& app, ExitCode& code) {
  auto* command = app.add_subcommand(
      "evidence", "Show the messages in which the aggregator contradicted itself");
  auto options = std::make_shared<EvidenceOptions>();
  command->add_option("STATE", options->state, "state folder of `blindsum join`")->required();
  command->add_option("--out", options->out, "folder to write both messages of each to");
  command->add_flag("--json", options->json, R"(print {"evidence":[{"round":…,"message":…},…]})");
  command->footer(kHelp + footer("blindsum evidence north-state --out evidence"));
  command->callback([options, &code] { code = evidence(*options); });
}

}  // namespace blindsum::cli
