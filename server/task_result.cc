#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <system_error>
#include <utility>

#include "protocol/round/text.h"
#include "server/record_json.h"
#include "server/task_host.h"
#include "support/descriptor.h"
#include "support/files.h"

namespace blindsum {
namespace {

// Rounds that are over but still answer members that come back, and collect VOID.
constexpr std::size_t kRoundsKept = 2;
// Members that have what they came for say goodbye before the next offer.
constexpr Instant kFarewell{100};
constexpr std::size_t kMostHookLines = 20;
constexpr std::uint64_t kMostSumBytes = std::uint64_t{1} << 33;
constexpr std::size_t kMostLineBytes = 200;

double seconds(Instant duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}

void log_output(Log& log, const std::string& name, std::string_view output) {
  for (std::size_t lines = 0; !output.empty() && lines < kMostHookLines; ++lines) {
    const auto end = output.find('\n');
    log.info("{}: on_result says: {}", name, printable(output.substr(0, end), kMostLineBytes));
    output = end == std::string_view::npos ? "" : output.substr(end + 1);
  }
}

std::filesystem::path partial_of(const std::filesystem::path& file) {
  return file.string() + ".partial";
}

}  // namespace

void TaskHost::on_over(RoundEnding ending) {
  const auto round = std::exchange(current_, nullptr);
  past_.push_back(round);
  while (past_.size() > kRoundsKept) {
    // What fails is on the readiness board, and swept at the next start.
    static_cast<void>(context_.store.forget(past_.front()->session_id()));
    past_.pop_front();
  }
  const auto before = results_.published(ending.record.offer);
  if (!before) {  // there is one, and it cannot be read: nothing is written over it
    log_.error("{}: not published: {}", round->name(), before.error().message());
    return;
  }
  if (*before) return publish_again(**before, std::move(ending));
  begin_publishing(std::move(ending));
}

void TaskHost::begin_publishing(RoundEnding ending) {
  publishing_ = true;
  tell_state();
  unpublished_ = report_of(std::move(ending));
  publish();
}

// [RECORD-2] The process ended after its record was there: it stays that one. There is a sum only
// if the result beside the record is gone.
void TaskHost::publish_again(const SignedRecord& record, RoundEnding ending) {
  const auto& parameters = record.content.offer.parameters;
  if (ending.sum) put_back(report_of(std::move(ending)));
  SharedBytes sum;
  if (parameters.share_sum && record.content.outcome == Reason::ok) {
    auto bytes = read_file(results_.packed_sum_file(parameters.round), kMostSumBytes);
    if (bytes) sum = std::make_shared<const Bytes>(*std::move(bytes));
  }
  past_.back()->publish(record, std::move(sum));
}

void TaskHost::put_back(RoundReport report) {
  const auto round = report.record.offer.parameters.round;
  auto done = with_values(report);
  if (done) done = results_.put_back(report);
  if (done) return log_.warning("{}/{}: its result was gone, and is back", config_.name, round);
  log_.error("{}/{}: its result is gone, and not put back: {}; a restart tries again", config_.name,
             round, done.error().message());
}

// Want of memory is a failure as a full disk is one.
Result<SignedRecord> TaskHost::try_publish() {
  try {
    BLINDSUM_CHECK(with_values(*unpublished_));
    return results_.publish(*unpublished_, context_.aggregator);
  } catch (const std::exception& exception) {
    log_.error("{}: internal_error: {}", config_.name, exception.what());
    return Reason::internal_error;
  }
}

void TaskHost::publish() {
  const auto record = try_publish();
  if (!record) return not_published(record.error());
  context_.readiness.well(config_.name);
  auto report = *std::exchange(unpublished_, std::nullopt);
  log_ending(report);
  const auto& terms = report.record.offer.parameters;
  context_.watcher.see(RoundEnded{
      {terms.task, terms.round, terms.session_id}, report, context_.clock.now() - started_at_});
  SharedBytes sum;
  if (report.record.offer.parameters.share_sum && !report.packed_sum.empty()) {
    sum = std::make_shared<const Bytes>(std::move(report.packed_sum));
  }
  // One of a former roster is not held: nobody can ask for it.
  if (auto* const round = round_of(terms.session_id)) round->publish(*record, std::move(sum));
  after_publishing(report);
}

// A sum that members have spent their inputs on is not given up for want of room on a disk.
void TaskHost::not_published(const Error& why) {
  const auto round = unpublished_->record.offer.parameters.round;
  const auto pause = pause_after_failure();
  const auto says = fmt::format("not published: store_failed: {}", why.message());
  log_.error("{}/{}: {}; tried again in {} ms", config_.name, round, says, pause.count());
  context_.readiness.amiss(config_.name, fmt::format("round {}: {}", round, says));
  strand_.post_at(context_.clock.now() + pause, [this, round] {
    if (unpublished_ && unpublished_->record.offer.parameters.round == round) publish();
  });
}

RoundReport TaskHost::report_of(RoundEnding ending) {
  return {std::move(ending.record),
          std::move(ending.proof),
          std::move(ending.dropped),
          std::move(ending.sum),
          {},
          {},
          Reason::ok};
}

Result<void> TaskHost::with_values(RoundReport& report) {
  if (!report.sum || !report.packed_sum.empty()) return {};
  BLINDSUM_TRY(packed, report.sum->packed());
  const auto members = Bitmap::parse(report.record.u3, report.proof.n());
  const auto& terms = report.record.offer.parameters;  // those of today may be others
  auto decoded = SumReader::create(report.sum->sum(), terms.codec, terms.schema,
                                   members ? members->count() : 0);
  if (decoded) {
    report.decoded = *std::move(decoded);
  } else {
    report.decode_error = reason_of(decoded.error());
  }
  report.packed_sum = std::move(packed);
  return {};
}

void TaskHost::log_ending(const RoundReport& report) {
  const auto& record = report.record;
  const auto round = record.offer.parameters.round;
  const auto took = seconds(context_.clock.now() - started_at_);
  if (record.outcome != Reason::ok) {
    log_.warning("{}/{}: aborted after {:.1f} s: {} ({})", config_.name, round, took,
                 name_of(record.outcome), record.detail);
  } else if (report.decode_error != Reason::ok) {
    log_.error("{}/{}: the sum is published but does not decode: {}", config_.name, round,
               name_of(report.decode_error));
  } else {
    log_.info("{}/{}: completed in {:.1f} s, {} members, {} dropped", config_.name, round, took,
              report.proof.n(), report.dropped.size());
  }
  for (const auto& blame : record.blame) {
    const auto index = report.proof.adverts.at(blame.accused).advert.roster_index;
    const auto* member = context_.roster.find(index);
    log_.warning("{}/{}: blame: {} ({}): {}, see the record", config_.name, round,
                 member == nullptr ? "" : member->name, index, name_of(blame.kind));
  }
}

void TaskHost::after_publishing(const RoundReport& report) {
  may_start_at_ =
      std::max<Instant>(started_at_ + config_.interval, context_.clock.now() + kFarewell);
  if (!report.decoded) {
    may_start_at_ = std::max(may_start_at_, context_.clock.now() + pause_after_failure());
    return back_to_gathering();
  }
  failed_in_a_row_ = 0;
  if (config_.on_result.empty()) return back_to_gathering();
  run_hook(report.record.offer.parameters.round);
}

void TaskHost::run_hook(std::uint64_t round) {
  const auto out = partial_of(results_.next_payload_file(round));
  std::error_code ignored;  // what an earlier run left; the program writes over it anyway
  std::filesystem::remove(out, ignored);
  const auto absolute = [](const std::filesystem::path& path) {
    return path.empty() ? std::string() : std::filesystem::absolute(path).string();
  };
  HookCommand command{config_.on_result,
                      {{"BLINDSUM_TASK", config_.name},
                       {"BLINDSUM_ROUND", std::to_string(round)},
                       {"BLINDSUM_RESULT", absolute(results_.round_folder(round))},
                       {"BLINDSUM_RECORD", absolute(results_.json_file(round))},
                       {"BLINDSUM_PAYLOAD_IN", absolute(payload_.file)},
                       {"BLINDSUM_PAYLOAD_OUT", absolute(out)}},
                      context_.config.folder,
                      config_.on_result_limit};
  // It may take minutes, so it has a thread of its own; the former one has ended.
  hook_ = std::jthread([this, round, command = std::move(command)](const std::stop_token& stop) {
    auto result = blindsum::run_hook(command, stop);
    strand_.post([this, round, result = std::move(result)] { on_hook(round, result); });
  });
}

void TaskHost::on_hook(std::uint64_t round, const HookResult& result) {
  log_output(log_, config_.name, result.output);
  if (result.end != HookEnd::succeeded) {
    pause(name_of(result.end), fmt::format("on_result of round {}: {}", round, result.detail));
  } else if (const auto taken = take_next_payload(round); !taken) {
    pause("hook_no_payload",
          fmt::format("on_result of round {} left no payload in $BLINDSUM_PAYLOAD_OUT: {}", round,
                      taken.error().message()));
  }
  back_to_gathering();
}

Result<void> TaskHost::take_next_payload(std::uint64_t round) {
  const auto file = results_.next_payload_file(round);
  const auto partial = partial_of(file);
  const bool made = ::access(partial.c_str(), F_OK) == 0;
  // A task without a payload stays one; the empty file says that the hook has run.
  if (!made && !payload_.bytes) return write_file_atomically(file, ByteView());
  // What cannot be one is left under this name: then the program runs again.
  BLINDSUM_TRY(payload, read_payload(partial));
  BLINDSUM_CHECK(sync_file(partial));
  if (std::rename(partial.c_str(), file.c_str()) != 0) return last_system_error();
  BLINDSUM_CHECK(sync_folder(file.parent_path()));
  payload_ = std::move(payload);
  payload_.file = file;
  return {};
}

Result<TaskHost::Payload> TaskHost::read_payload(const std::filesystem::path& file) const {
  Bytes bytes;
  if (!file.empty()) {
    BLINDSUM_TRY(read, read_file(file, config_.most_payload_bytes));
    bytes = std::move(read);
  }
  BLINDSUM_TRY(hash, sha256(bytes));
  return Payload{bytes.empty() ? nullptr : std::make_shared<const Bytes>(std::move(bytes)), hash,
                 file};
}

}  // namespace blindsum
