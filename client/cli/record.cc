// blindsum record verify: what a round agreed on, checked offline by anybody who holds the roster.
#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/key_argument.h"
#include "client/cli/progress_bar.h"
#include "client/cli/record_files.h"
#include "client/cli/report.h"
#include "client/cli/roster_commands.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/reason.h"
#include "protocol/wire/documents.h"
#include "support/files.h"

namespace blindsum::cli {
namespace {

struct RecordOptions {
  std::vector<std::string> files;
  std::string roster;
  std::string authority;
  std::string aggregator;
  bool json = false;
};

struct Verified {
  SignedRecord record;
  Hash hash;
};

// The record before it in the list, whose hash it must name [PARAM-11].
using Previous = std::optional<Hash>;

Result<Verified> verify_file(const std::string& file, const Roster& roster,
                             const VerifyKey& aggregator, const Previous& previous) {
  BLINDSUM_TRY(bytes, read_file(file, kMaxRecordFileBytes));
  BLINDSUM_TRY(record, read_record_file(bytes));
  BLINDSUM_CHECK(verify_record(record, roster, aggregator));
  if (previous && record.content.previous_record != *previous) {
    return Reason::wrong_previous_record;
  }
  BLINDSUM_TRY(hash, record_hash(record.record_bytes));
  return Verified{.record = std::move(record), .hash = hash};
}

// Names of the members of a bitmap over the cohort; verify_record() has looked at all of it.
std::vector<std::string> names_of(const RecordProof& proof, const Bytes& bitmap,
                                  const Roster& roster) {
  std::vector<std::string> names;
  const auto members = Bitmap::parse(bitmap, proof.n());
  if (!members) return names;
  for (const std::uint32_t u : members->members()) {
    const auto* member = roster.find(proof.adverts[u].advert.roster_index);
    if (member != nullptr) names.push_back(member->name);
  }
  return names;
}

boost::json::object as_json(const std::string& file, const Verified& verified,
                            const Roster& roster) {
  const RecordContent& content = verified.record.content;
  const RecordProof& proof = verified.record.proof;
  boost::json::array survivors;
  for (const auto& name : names_of(proof, content.u3, roster)) survivors.emplace_back(name);
  return {{"file", file},
          {"verified", true},
          {"task", content.offer.parameters.task},
          {"round", content.offer.parameters.round},
          {"outcome", content.outcome == Reason::ok ? "completed" : "aborted"},
          {"reason", name_of(content.outcome)},
          {"cohort", proof.n()},
          {"survivors", std::move(survivors)},
          {"sum_digest", to_hex(content.sum_digest.view())},
          {"hash", to_hex(verified.hash.view())}};
}

std::string as_line(const std::string& file, const Verified& verified, const Roster& roster) {
  const RecordContent& content = verified.record.content;
  const auto survivors = names_of(verified.record.proof, content.u3, roster);
  std::string line = file + ": good; " + content.offer.parameters.task + " round " +
                     std::to_string(content.offer.parameters.round) + ", ";
  if (content.outcome != Reason::ok)
    return line + "aborted: " + std::string(name_of(content.outcome));
  line += std::to_string(survivors.size()) + " of " + std::to_string(verified.record.proof.n()) +
          " members in the sum:";
  for (const auto& name : survivors) line += " " + name;
  return line;
}

// Every file is looked at, also after one that fails; the chain goes on from the next good one.
ExitCode verify_files(const RecordFiles& chain, bool json, const Roster& roster,
                      const VerifyKey& aggregator) {
  ExitCode code = kOk;
  Previous previous;
  if (chain.is_whole_chain) previous = Hash{};  // [PARAM-11]
  boost::json::array records;
  ProgressBar bar(chain.files.size() > 1);
  std::size_t done = 0;
  for (const auto& file : chain.files) {
    bar.show(done++, chain.files.size(), file);
    const auto verified = verify_file(file, roster, aggregator, previous);
    bar.clear();
    if (!verified) {
      code = std::max(code, fail(file, verified.error()));
      if (verified.error() == Reason::record_mismatch && !file.ends_with(".record")) {
        complain(file + ": is it a record? Their names end in .record");
      }
      records.push_back(boost::json::object{
          {"file", file}, {"verified", false}, {"reason", verified.error().message()}});
      previous.reset();
      continue;
    }
    previous = verified->hash;
    if (json) {
      records.push_back(as_json(file, *verified, roster));
    } else {
      print(as_line(file, *verified, roster));
    }
  }
  if (json) {
    print(boost::json::object{{"verified", code == kOk}, {"records", std::move(records)}});
  }
  return code;
}

ExitCode verify(const RecordOptions& options) {
  const auto authority = read_key_argument(options.authority);
  if (!authority) return fail("--authority " + options.authority, authority.error());
  const auto aggregator = read_key_argument(options.aggregator);
  if (!aggregator) return fail("--aggregator " + options.aggregator, aggregator.error());
  const auto roster_file = read_file(options.roster, kMostRosterBytes);
  if (!roster_file) return fail(options.roster, roster_file.error());
  const auto roster = read_roster(*roster_file, *authority);
  if (!roster) return fail(options.roster, roster.error());
  const auto chain = find_record_files(options.files);
  if (!chain) {
    std::error_code ignored;
    const auto code = fail(options.files.front(), chain.error());
    if (std::filesystem::is_directory(options.files.front(), ignored)) {
      complain("a folder is a task's, with *.record in it, such as results/spam-filter");
    }
    return code;
  }
  return verify_files(*chain, options.json, *roster, *aggregator);
}

}  // namespace

void add_record(CLI::App& app, ExitCode& code) {
  auto* record = app.add_subcommand("record", "Look at the records that rounds leave");
  record->require_subcommand(1);
  const char* example =
      "blindsum record verify results/spam-filter \\\n"
      "    --roster roster.bsr --authority authority.pub --aggregator aggregator.pub";
  record->footer(footer(example));
  auto* command = record->add_subcommand(
      "verify",
      "Check records offline; several files are checked as a chain, in their order; of a folder, "
      "all its records, from the first round on");
  auto options = std::make_shared<RecordOptions>();
  command->add_option("FILE", options->files, "record files, oldest first, or one folder")
      ->required();
  command->add_option("--roster", options->roster, "the signed roster of those rounds")->required();
  command
      ->add_option("--authority", options->authority,
                   "the authority's public key: 64 hex digits, or a .pub file")
      ->required();
  command->add_option("--aggregator", options->aggregator, "the aggregator's: likewise")
      ->required();
  command->add_flag("--json", options->json, R"(print {"verified":…,"records":[…]})");
  command->footer(footer(example));
  command->callback([options, &code] { code = verify(*options); });
}

}  // namespace blindsum::cli
