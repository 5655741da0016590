#include "server/results.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <system_error>

#include "protocol/round/round_transcript.h"
#include "protocol/wire/documents.h"
#include "server/copied_at.h"
#include "server/record_json.h"
#include "server/result_files.h"
#include "support/files.h"

namespace blindsum {
namespace {

constexpr std::uint64_t kMostDocumentBytes = std::uint64_t{16} << 20;

Bytes offer_file_bytes(const Offer& offer) {
  Bytes bytes;
  put_bytes(bytes, offer.signature.view());
  put_bytes(bytes, offer.parameter_bytes);
  return bytes;
}

Result<Offer> parse_offer_file(ByteView bytes) {
  if (bytes.size() < Signature::size_bytes) return Reason::wrong_length;
  BLINDSUM_TRY(signature, Signature::from(bytes.first(Signature::size_bytes)));
  const auto parameter_bytes = bytes.subspan(Signature::size_bytes);
  BLINDSUM_TRY(parameters, decode_parameters(parameter_bytes));
  return Offer{Bytes(parameter_bytes.begin(), parameter_bytes.end()), std::move(parameters),
               signature};
}

}  // namespace

std::filesystem::path TaskResults::file(std::uint64_t round, std::string_view extension) const {
  return blindsum::round_file(folder_, round, extension);
}

std::filesystem::path TaskResults::round_folder(std::uint64_t round) const {
  return file(round, "");
}

std::filesystem::path TaskResults::json_file(std::uint64_t round) const {
  return file(round, ".json");
}

std::filesystem::path TaskResults::next_payload_file(std::uint64_t round) const {
  return round_folder(round) / "next_payload";
}

std::filesystem::path TaskResults::packed_sum_file(std::uint64_t round) const {
  return round_folder(round) / "sum.packed";
}

Result<TaskResults> TaskResults::open(const std::filesystem::path& folder, const Roster& roster) {
  BLINDSUM_CHECK(make_folder(folder));
  TaskResults results(folder, roster);
  BLINDSUM_CHECK(results.scan());
  return results;
}

Result<void> TaskResults::scan() {
  std::vector<std::uint64_t> records;
  std::vector<std::uint64_t> offers;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder_, error), end; !error && it != end;
       it.increment(error)) {
    const auto name = it->path().filename().string();
    const auto entry = parse_round_file(name);
    if (!entry) continue;
    last_round_ = std::max(last_round_, entry->round);
    if (entry->extension == ".record") records.push_back(entry->round);
    if (entry->extension == ".offer") offers.push_back(entry->round);
  }
  if (error) return Error(error.value(), boost::system::system_category());
  std::sort(records.begin(), records.end());
  std::sort(offers.begin(), offers.end());
  for (const auto round : records) {
    // Only a round that completed and decoded has it.
    if (::access((round_folder(round) / "flat.npy").c_str(), F_OK) == 0) count_completed(round);
  }
  std::vector<std::uint64_t> cut_off;
  std::set_difference(offers.begin(), offers.end(), records.begin(), records.end(),
                      std::back_inserter(cut_off));
  BLINDSUM_CHECK(read_cut_off(cut_off));
  return records.empty() ? Result<void>{} : read_last_record(records.back());
}

void TaskResults::count_completed(std::uint64_t round) {
  ++completed_;
  if (newest_completed_ && round < *newest_completed_) {
    completed_before_ = std::max(completed_before_.value_or(round), round);
    return;
  }
  completed_before_ = newest_completed_;
  newest_completed_ = round;
}

Result<void> TaskResults::read_last_record(std::uint64_t round) {
  BLINDSUM_TRY(bytes, read_file(file(round, ".record"), kMostDocumentBytes));
  BLINDSUM_TRY(record, read_record_file(bytes));
  BLINDSUM_TRY(hash, record_hash(record.record_bytes));
  previous_record_ = hash;
  return add_json(record);
}

Result<void> TaskResults::add_json(const SignedRecord& record) const {
  const auto path = json_file(record.content.offer.parameters.round);
  if (::access(path.c_str(), F_OK) == 0) return {};
  // The process ended between the two: who dropped, and the weight, are in the log at most.
  const RoundReport report{record.content, record.proof, {}, nullptr, {}, std::nullopt, Reason::ok};
  return write_file_atomically(path, record_json(record, report, *roster_));
}

Result<std::uint64_t> TaskResults::leave_room(UnixSeconds now) {
  BLINDSUM_TRY(copied, copied_at(folder_));
  if (!copied) return std::uint64_t{0};
  BLINDSUM_TRY(room, rounds_between(*copied, now));
  last_round_ += room;
  return room;
}

Result<void> TaskResults::read_cut_off(const std::vector<std::uint64_t>& rounds) {
  for (const auto round : rounds) {
    BLINDSUM_TRY(bytes, read_file(file(round, ".offer"), kMostDocumentBytes));
    BLINDSUM_TRY(offer, parse_offer_file(bytes));
    cut_off_.push_back(std::move(offer));
  }
  return {};
}

Result<RoundReport> TaskResults::end(const Offer& offer, Reason reason, std::string detail,
                                     const SigningKey& aggregator) {
  BLINDSUM_TRY(before, published(offer));
  BLINDSUM_TRY(th0, hash_th0(offer.parameter_bytes));
  RoundReport report;
  report.record.offer = offer;
  report.record.th0 = th0;
  report.record.outcome = reason;
  report.record.detail = std::move(detail);
  report.record.previous_record = offer.parameters.previous_record;
  if (before) {  // an attempt before this one came so far
    report.record = before->content;
    report.proof = before->proof;
  } else {
    // Its result may have been there before its record: it is none, and must not pass for one.
    BLINDSUM_CHECK(remove_result_folder(round_folder(offer.parameters.round)));
  }
  BLINDSUM_CHECK(write_record(report, before, aggregator));
  return report;
}

std::chrono::milliseconds TaskResults::since_offered(const Offer& offer) const {
  std::error_code error;
  const auto offered =
      std::filesystem::last_write_time(file(offer.parameters.round, ".offer"), error);
  if (error) return {};
  const auto since = std::filesystem::file_time_type::clock::now() - offered;
  // That clock may have been set back meanwhile.
  return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(since),
                  std::chrono::milliseconds(0));
}

Result<std::optional<SignedRecord>> TaskResults::published(const Offer& offer) const {
  const auto path = file(offer.parameters.round, ".record");
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return std::optional<SignedRecord>();
  BLINDSUM_TRY(bytes, read_file(path, kMostDocumentBytes));
  BLINDSUM_TRY(record, read_record_file(bytes));
  if (record.content.offer != offer) return Reason::record_mismatch;
  return std::optional(std::move(record));
}

Result<void> TaskResults::keep_offer(const Offer& offer) {
  const auto round = offer.parameters.round;
  BLINDSUM_CHECK(write_file_atomically(file(round, ".offer"), offer_file_bytes(offer)));
  last_round_ = std::max(last_round_, round);
  return {};
}

void TaskResults::withdraw_offer(const Offer& offer) {
  std::error_code ignored;  // an offer that stays gets a record at the next start
  if (std::filesystem::remove(file(offer.parameters.round, ".offer"), ignored)) {
    last_round_ = offer.parameters.round - 1;
  }
}

Result<SignedRecord> TaskResults::publish(const RoundReport& report, const SigningKey& aggregator) {
  const auto round = report.record.offer.parameters.round;
  BLINDSUM_TRY(before, published(report.record.offer));
  // What has its record is not made again: writing it begins with taking away what there is.
  if (!before && report.record.outcome == Reason::ok) {
    BLINDSUM_CHECK(write_result_folder(round_folder(round), report));
  }
  BLINDSUM_TRY(record, write_record(report, before, aggregator));
  if (report.decoded) count_completed(round);
  return record;
}

bool TaskResults::lacks_result(const SignedRecord& record) const {
  return record.content.outcome == Reason::ok &&
         ::access(round_folder(record.content.offer.parameters.round).c_str(), F_OK) != 0;
}

Result<void> TaskResults::put_back(const RoundReport& report) {
  const auto round = report.record.offer.parameters.round;
  BLINDSUM_CHECK(write_result_folder(round_folder(round), report));
  if (report.decoded) count_completed(round);
  return {};
}

// One that there is, which may not be durable yet, is written once more, byte for byte [RECORD-2].
Result<SignedRecord> TaskResults::write_record(const RoundReport& report,
                                               std::optional<SignedRecord> before,
                                               const SigningKey& aggregator) {
  const auto round = report.record.offer.parameters.round;
  if (!before) {
    BLINDSUM_TRY(made, sign_record(report.record, report.proof, aggregator));
    before = std::move(made);
  }
  const SignedRecord& record = *before;
  BLINDSUM_TRY(hash, record_hash(record.record_bytes));
  BLINDSUM_CHECK(write_file_atomically(file(round, ".record"), encode_record_file(record)));
  previous_record_ = hash;
  last_round_ = std::max(last_round_, round);  // one that a restart goes on with
  BLINDSUM_CHECK(write_file_atomically(json_file(round), record_json(record, report, *roster_)));
  remove_mark(folder_);
  std::error_code ignored;  // with a record beside it the offer says nothing any more
  std::filesystem::remove(file(round, ".offer"), ignored);
  std::erase_if(cut_off_, [&](const Offer& offer) { return offer == report.record.offer; });
  return *std::move(before);
}

}  // namespace blindsum
