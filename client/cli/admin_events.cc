#include "client/cli/admin_events.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstdint>

#include "client/cli/admin_table.h"

namespace blindsum::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view kEnd = "\n\n";
constexpr std::size_t kMostEvent = std::size_t{1} << 20;  // no server of ours says so much

struct Fields {
  std::string_view id, event, data;
};

Fields fields_of(std::string_view text) {
  // A comment is all that the server says before the first event.
  Fields fields{.id = {}, .event = "listening", .data = "{}"};
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto take = [&](std::string_view name, std::string_view& value) {
      if (line.starts_with(name)) value = line.substr(name.size());
    };
    take("id: ", fields.id);
    take("event: ", fields.event);
    take("data: ", fields.data);
  }
  return fields;
}

}  // namespace

std::vector<std::string> EventLines::take(std::string_view piece) {
  rest_ += piece;
  std::vector<std::string> lines;
  std::string_view left = rest_;
  for (auto end = left.find(kEnd); end != std::string_view::npos; end = left.find(kEnd)) {
    lines.push_back(line_of(left.substr(0, end)));
    left.remove_prefix(end + kEnd.size());
  }
  rest_.erase(0, rest_.size() - left.size());
  if (rest_.size() > kMostEvent) rest_.clear();
  return lines;
}

std::string EventLines::line_of(std::string_view event) const {
  const auto fields = fields_of(event);
  boost::system::error_code error;
  auto data = json::parse(fields.data, error);
  if (error || !data.is_object()) data = json::object{{"text", json::string(fields.data)}};
  if (json_) {
    std::uint64_t id = 0;
    std::from_chars(fields.id.data(), fields.id.data() + fields.id.size(), id);
    return json::serialize(
        json::object{{"event", json::string(fields.event)}, {"id", id}, {"data", data}});
  }
  std::string line(fields.event);
  for (const auto& [name, value] : data.as_object()) {
    line += " " + std::string(name) + "=" + as_cell(value);
  }
  return line;
}

}  // namespace blindsum::cli
