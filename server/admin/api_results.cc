// What a completed round came to: its arrays, as .npy files and, if they are small, as JSON.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <system_error>
#include <utility>
#include <vector>

#include "server/admin/api.h"
#include "server/admin/round_place.h"
#include "support/error.h"
#include "support/npy.h"

namespace blindsum {
namespace {

namespace json = boost::json;

// Larger ones are to be had as files only: what is made here keeps others waiting.
constexpr std::uint64_t kMostJsonBytes = std::uint64_t{1} << 20;
constexpr const char* kEnding = ".npy";

// Those of the round's folder, `flat` and the tensors, by the names that their files have: a name
// that is none of them never becomes a path.
std::vector<std::filesystem::path> arrays_of(const RoundPlace& place) {
  std::vector<std::filesystem::path> arrays;
  std::error_code error;
  for (std::filesystem::directory_iterator it(place.file(""), error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == kEnding) arrays.push_back(it->path());
  }
  std::sort(arrays.begin(), arrays.end());
  return arrays;
}

AdminResponse list_page(const RoundPlace& place) {
  json::array list;
  for (const auto& file : arrays_of(place)) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error) continue;
    list.push_back(
        json::object{{"array", json::string(file.stem().string())}, {"size_bytes", size}});
  }
  return json_response(
      {{"task", json::string(place.task)}, {"round", place.round}, {"arrays", std::move(list)}});
}

std::optional<std::filesystem::path> find_array(const RoundPlace& place, const std::string& name) {
  for (const auto& file : arrays_of(place)) {
    if (file.stem() == name) return file;
  }
  return std::nullopt;
}

AdminResponse file_page(const std::filesystem::path& file) {
  AdminResponse response;
  response.content_type = "application/octet-stream";
  response.file = file;
  return response;
}

json::array values_of(const std::vector<std::int64_t>& values) {
  return json::array(values.begin(), values.end());
}

// JSON has no word for what is not a finite number.
json::array values_of(const std::vector<double>& values) {
  json::array list;
  for (const auto value : values) {
    list.push_back(std::isfinite(value) ? json::value(value) : json::value());
  }
  return list;
}

AdminResponse values_page(const std::filesystem::path& file) {
  const auto read = read_npy(file, kMostJsonBytes);
  if (!read && read.error() == SupportError::file_too_large) {
    return error_response(413, "array_too_large", "ask for the .npy file");
  }
  if (!read) return error_response(500, "unreadable_array", read.error().message());
  const bool floats = std::holds_alternative<std::vector<double>>(read->values);
  return json_response(
      {{"array", json::string(file.stem().string())},
       {"type", floats ? "float64" : "int64"},
       {"shape", json::array(read->shape.begin(), read->shape.end())},
       {"values", std::visit([](const auto& all) { return values_of(all); }, read->values)}});
}

}  // namespace

void add_result_pages(AdminPages& pages, const ApiContext& context) {
  const auto of_array = [&](const char* path, auto make) {
    pages.add(PageFor::operators, "GET", path,
              [context, make](const AdminRequest&, const AdminPages::Names& names) {
                AdminResponse problem;
                const auto place = find_round(context, names, problem);
                if (!place) return problem;
                const auto file = find_array(*place, names.at("array"));
                return file ? make(*file) : error_response(404, "array_not_found");
              });
  };
  pages.add(PageFor::operators, "GET", "/v1/tasks/{task}/rounds/{round}/arrays",
            [context](const AdminRequest&, const AdminPages::Names& names) {
              AdminResponse problem;
              const auto place = find_round(context, names, problem);
              return place ? list_page(*place) : problem;
            });
  of_array("/v1/tasks/{task}/rounds/{round}/arrays/{array}", file_page);
  of_array("/v1/tasks/{task}/rounds/{round}/arrays/{array}/values", values_page);
}

}  // namespace blindsum
