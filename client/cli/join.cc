// blindsum join: take part, with a file or with a program.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "client/cli/commands.h"
#include "client/cli/exec_program.h"
#include "client/cli/join_display.h"
#include "client/cli/join_options.h"
#include "client/cli/npy_update.h"
#include "client/cli/program_path.h"
#include "client/cli/report.h"
#include "client/cli/result_folder.h"
#include "client/cli/stop_signals.h"
#include "client/error.h"
#include "protocol/round/reason.h"
#include "protocol/vector/vector_limits.h"
#include "support/descriptor.h"
#include "support/files.h"
#include "support/npy.h"

namespace blindsum::cli {
namespace {

constexpr const char* kExecHelp =
    "The program of --exec is run once a round. It finds BLINDSUM_TASK and BLINDSUM_ROUND in its\n"
    "environment, the payload in the file $BLINDSUM_PAYLOAD, writes its update as .npy to\n"
    "$BLINDSUM_UPDATE, and may write a weight to $BLINDSUM_WEIGHT. Ending with another code than "
    "0,\n"
    "it has no update, and the participant leaves that round.\n\n"
    "--config FILE reads options from the section [join] of a TOML file.\n\n";

// What the run needs beside the SDK; shared with callbacks, which stop before it goes.
struct Joining {
  explicit Joining(const JoinOptions& given) : options(given), display(given.json) {}

  const JoinOptions& options;
  JoinDisplay display;
  std::unique_ptr<ExecProgram> program;
  std::optional<Participant> participant;
  std::atomic<bool> hopeless = false;     // the input will not get better
  std::atomic<bool> result_lost = false;  // could not be written
  std::atomic<int> signal = 0;            // that asked us to end
};

// Errors of the input itself: the next round would refuse it again.
bool is_of_input(const std::string& reason) {
  constexpr std::array kOfInput{Reason::not_finite,          Reason::value_out_of_range,
                                Reason::weight_out_of_range, Reason::wrong_shape,
                                Reason::input_spent,         Reason::input_declined};
  return std::any_of(kOfInput.begin(), kOfInput.end(),
                     [&](Reason one) { return reason == name_of(one); });
}

std::optional<Update> read_input(const JoinOptions& options, const std::optional<Hash>& id,
                                 const RoundOffer& offer) {
  auto update = read_update(options.input, offer, options.weight);
  if (!update) {
    fail(options.input, update.error());
    complain("the task takes " + describe_schema(offer));
    return std::nullopt;
  }
  update->id = id;
  return *std::move(update);
}

// What can be known of the input before there is a round: nobody should wait for members, or make
// them wait, with a file that is none.
ExitCode check_input(const JoinOptions& options) {
  if (options.input.empty()) {
    const auto program = check_program(options.exec);
    return program ? kOk : fail("--exec " + options.exec, program.error());
  }
  if (options.weight == 0 || options.weight > kMaxWeightBound) {
    return usage("--weight: 1 to " + std::to_string(kMaxWeightBound) + " is due");
  }
  const auto array = read_npy(options.input);
  if (!array) return fail("--input " + options.input, array.error());
  const auto* floats = std::get_if<std::vector<double>>(&array->values);
  const bool finite = floats == nullptr || std::all_of(floats->begin(), floats->end(),
                                                       [](double x) { return std::isfinite(x); });
  return finite ? kOk : fail("--input " + options.input, make_error_code(Reason::not_finite));
}

// Made now, so that a result is not lost for want of a folder.
ExitCode check_results(const JoinOptions& options) {
  if (options.results.empty()) return kOk;
  auto made = make_folder(options.results);
  if (made && ::access(options.results.c_str(), W_OK) != 0) made = last_system_error();
  return made ? kOk : fail("--results " + options.results, made.error());
}

ExitCode set_callbacks(Joining& joining, ParticipantOptions& to) {
  const JoinOptions& options = joining.options;
  if (!options.input.empty()) {
    std::optional<Hash> id;
    if (!options.input_id.empty()) {
      const auto bytes = from_hex(options.input_id);
      const auto hash = bytes ? Hash::from(*bytes) : Result<Hash>(bytes.error());
      if (!hash) return usage("--input-id: 64 hexadecimal digits are due");
      id = *hash;
    }
    to.on_round = [&options, id](const RoundOffer& offer, ByteView /*payload*/) {
      return read_input(options, id, offer);
    };
  } else {
    std::vector<std::string> command{options.exec};
    command.insert(command.end(), options.exec_arguments.begin(), options.exec_arguments.end());
    joining.program = std::make_unique<ExecProgram>(
        std::move(command), std::filesystem::absolute(options.state) / "exec");
    to.on_round = [&joining](const RoundOffer& offer, ByteView payload) {
      return joining.program->run(offer, payload);
    };
  }
  to.on_progress = [&joining](const Progress& progress) { joining.display.show(progress); };
  to.on_result = [&joining](const RoundResult& result) {
    const auto file = keep_result(joining.options.results, result);
    if (!file) {
      fail(joining.options.results, file.error());
      joining.result_lost = true;
    }
    joining.display.show(result, file ? *file : std::string());
    // What the aggregator gives as its reason says nothing of the file [WIRE-7].
    const bool by_input = result.refused && is_of_input(result.reason);
    if (joining.options.input.empty() || !by_input) return;
    joining.hopeless = true;
    joining.participant->stop();
  };
  return kOk;
}

ExitCode run(Joining& joining, std::uint32_t rounds) {
  const auto summary = joining.participant->run();
  joining.display.end();
  if (!summary) return fail(joining.options.server, summary.error());
  if (!joining.options.json) {
    print(std::to_string(summary->completed) +
          (summary->completed == 1 ? " round completed, " : " rounds completed, ") +
          std::to_string(summary->not_completed) + " not" +
          (summary->last_reason.empty() ? "" : ", last: " + summary->last_reason));
  }
  if (joining.hopeless) {
    const auto reason = parse_reason(summary->last_reason);
    if (reason) complain(joining.options.input + ": " + explain(make_error_code(*reason)));
    return kFailed;
  }
  if (joining.result_lost) return kEnvironment;
  if (rounds > 0 && summary->completed >= rounds) return kOk;
  if (joining.signal != 0) return joining.signal == SIGINT ? kInterrupted : kTerminated;
  return summary->completed >= rounds ? kOk : kFailed;
}

// The option that an error of Participant::create() is about, as it was given.
std::string culprit(const JoinOptions& options, const Error& error) {
  if (error == Reason::unknown_member) return "--identity " + options.identity;
  const auto file = file_of(error);
  if (!file) return "join";
  switch (*file) {
    case LocalFile::identity:
      return "--identity " + options.identity;
    case LocalFile::roster:
      return "--roster " + options.roster;
    case LocalFile::state_folder:
      return "--state " + options.state;
    case LocalFile::ca:
      return "--ca " + options.ca;
  }
  return "join";
}

ExitCode join(const JoinOptions& options) {
  if (options.input.empty() == options.exec.empty()) {
    return usage("join: one of --input and --exec is due");
  }
  Joining joining(options);
  ParticipantOptions to;
  if (const auto code = make_participant_options(options, to); code != kOk) return code;
  if (const auto code = set_callbacks(joining, to); code != kOk) return code;
  if (const auto code = check_input(options); code != kOk) return code;
  if (const auto code = check_results(options); code != kOk) return code;
  const std::uint32_t rounds = to.rounds;
  auto participant = Participant::create(std::move(to));
  if (!participant) {
    const Error& error = participant.error();
    return fail(culprit(options, error), cause_of(error));
  }
  joining.participant = *std::move(participant);
  // A reader of our output that has gone is no reason to leave a round.
  ::signal(SIGPIPE, SIG_IGN);
  const StopSignals signals([&joining](int signal) {
    joining.signal = signal;
    if (joining.program) joining.program->stop();
    joining.participant->stop();
  });
  if (!options.json) print("joining " + options.task + " at " + options.server);
  return run(joining, rounds);
}

}  // namespace

void add_join(CLI::App& app, ExitCode& code) {
  auto* command = app.add_subcommand("join", "Take part in the rounds of a task");
  auto options = std::make_shared<JoinOptions>();
  add_join_options(*command, *options);
  command->fallthrough();  // --config is the application's
  command->footer(kExecHelp +
                  std::string("\nthe pin of a server's key, from its certificate:\n"
                              "  openssl x509 -in server.crt -noout -pubkey |\n"
                              "    openssl pkey -pubin -outform der | sha256sum\n\n") +
                  footer("blindsum join --server aggregator.example:8443 --ca ca.pem \\\n"
                         "    --identity hospital-3.key --roster roster.bsr \\\n"
                         "    --authority authority.pub --aggregator aggregator.pub \\\n"
                         "    --task spam-filter --state state --input update.npy --weight 412"));
  command->callback([command, options, &code] {
    options->rounds_given = command->count("--rounds") > 0;
    code = join(*options);
  });
}

}  // namespace blindsum::cli
