// Rounds that are over, from what their task has written of them.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <exception>
#include <system_error>
#include <vector>

#include "protocol/wire/documents.h"
#include "server/admin/api.h"
#include "server/admin/round_place.h"
#include "support/files.h"

namespace blindsum {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMostAtOnce = 100;
constexpr std::uint64_t kDefaultAtOnce = 20;
constexpr std::uint64_t kLastRound = std::numeric_limits<std::int64_t>::max();

// Newest first, below `before`.
std::vector<std::uint64_t> rounds_in(const std::filesystem::path& folder, std::uint64_t before) {
  std::vector<std::uint64_t> rounds;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    const auto name = it->path().filename().string();
    const auto file = parse_round_file(name);
    if (file && file->extension == ".json" && file->round < before) rounds.push_back(file->round);
  }
  std::sort(rounds.rbegin(), rounds.rend());
  return rounds;
}

std::size_t size_of(const json::object& round, const char* key) {
  const auto* const list = round.if_contains(key);
  return list != nullptr && list->is_array() ? list->get_array().size() : 0;
}

// A line of the list: names and hashes are in the round's own page.
json::object summary_of(const json::object& round) {
  json::object summary;
  for (const auto* key : {"task", "round", "session_id", "outcome", "reason", "timings_ms"}) {
    summary[key] = round.at(key);
  }
  summary["members"] = size_of(round, "cohort");
  summary["in_sum"] = size_of(round, "u3");
  summary["dropped"] = size_of(round, "dropped");
  summary["blamed"] = size_of(round, "blame");
  return summary;
}

AdminResponse list_page(const ApiContext& context, const AdminRequest& request,
                        const std::string& task) {
  AdminResponse problem;
  const auto limit = number_in(request, "limit", kDefaultAtOnce, 1, kMostAtOnce, problem);
  if (!limit) return problem;
  const auto before = number_in(request, "before", kLastRound, 1, kLastRound, problem);
  if (!before) return problem;
  const auto folder = results_of(context, task);
  if (!folder) return error_response(404, "task_not_found");
  const auto rounds = rounds_in(*folder, *before);
  json::array summaries;
  for (std::size_t i = 0; i < std::min<std::size_t>(rounds.size(), *limit); ++i) {
    const auto text = read_text_file(round_file(*folder, rounds[i], ".json"), kMostDocument);
    boost::system::error_code error;
    const auto parsed = text ? json::parse(*text, error) : json::value();
    if (parsed.is_object()) summaries.push_back(summary_of(parsed.get_object()));
  }
  const bool more = rounds.size() > *limit;
  json::object page{{"rounds", std::move(summaries)}};
  page["next_before"] = more ? json::value(rounds[*limit - 1]) : json::value();
  return json_response(page);
}

AdminResponse record_page(const RoundPlace& place) {
  AdminResponse response;
  response.content_type = "application/octet-stream";
  response.file = place.file(".record");
  return response;
}

// The same check as `blindsum record verify`, under the roster that the server has now.
Result<void> check_record(const ApiContext& context, const std::filesystem::path& file) {
  BLINDSUM_TRY(bytes, read_file(file, kMostDocument));
  BLINDSUM_TRY(record, read_record_file(bytes));
  return verify_record(record, context.server.roster(), context.server.aggregator_key());
}

AdminResponse verification_page(const ApiContext& context, const RoundPlace& place) {
  const auto checked = check_record(context, place.file(".record"));
  json::object page{{"task", json::string(place.task)},
                    {"round", place.round},
                    {"roster_epoch", context.server.roster().epoch()},
                    {"valid", checked.has_value()}};
  page["reason"] = checked ? json::string("ok") : json::string(checked.error().message());
  return json_response(page);
}

}  // namespace

void add_round_pages(AdminPages& pages, const ApiContext& context) {
  const auto add = [&](const char* path, AdminPages::Make make) {
    pages.add(PageFor::operators, "GET", path, std::move(make));
  };
  const auto of_round = [&](const char* path, auto make) {
    add(path, [context, make](const AdminRequest&, const AdminPages::Names& names) {
      AdminResponse problem;
      const auto place = find_round(context, names, problem);
      return place ? make(*place) : problem;
    });
  };
  add("/v1/tasks/{task}/rounds", [context](const auto& request, const auto& names) {
    return list_page(context, request, names.at("task"));
  });
  of_round("/v1/tasks/{task}/rounds/{round}", [](const RoundPlace& place) {
    AdminResponse response;
    response.file = place.file(".json");
    return response;
  });
  of_round("/v1/tasks/{task}/rounds/{round}/record", record_page);
  of_round("/v1/tasks/{task}/rounds/{round}/verification",
           [context](const RoundPlace& place) { return verification_page(context, place); });
}

}  // namespace blindsum
