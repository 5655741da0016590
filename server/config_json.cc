#include "server/config_json.h"

#include <toml++/toml.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <sstream>

#include "server/config_sections.h"
#include "server/config_table.h"

namespace blindsum {
namespace {

namespace json = boost::json;

constexpr const char* kWhere = "task";

toml::table table_of(const json::object& object);
toml::array array_of(const json::array& list);

// What TOML has no word for (null, numbers beyond 2^63) becomes a date, which no key takes.
template <class Put>
void put_value(const json::value& value, Put put) {
  switch (value.kind()) {
    case json::kind::bool_:
      return put(value.get_bool());
    case json::kind::int64:
      return put(value.get_int64());
    case json::kind::double_:
      return put(value.get_double());
    case json::kind::string:
      return put(std::string(value.get_string()));
    case json::kind::object:
      return put(table_of(value.get_object()));
    case json::kind::array:
      return put(array_of(value.get_array()));
    case json::kind::uint64:
    case json::kind::null:
      break;
  }
  put(toml::date{2000, 1, 1});
}

toml::array array_of(const json::array& list) {
  toml::array array;
  for (const auto& value : list) {
    put_value(value, [&](auto&& item) { array.push_back(std::forward<decltype(item)>(item)); });
  }
  return array;
}

toml::table table_of(const json::object& object) {
  toml::table table;
  for (const auto& [key, value] : object) {
    put_value(value, [&](auto&& item) {
      table.insert_or_assign(std::string(key), std::forward<decltype(item)>(item));
    });
  }
  return table;
}

}  // namespace

TaskConfig read_json_task(std::string_view text, std::vector<ConfigProblem>& problems) {
  const auto bad = [&](std::string why) {
    problems.push_back({ConfigError::bad_value, kWhere, std::move(why)});
    return TaskConfig();
  };
  boost::system::error_code error;
  const auto parsed = json::parse(text, error);
  if (error || !parsed.is_object()) return bad("a task is a JSON object");
  for (const auto* key : {"payload", "on_result", "on_result_time"}) {
    if (parsed.get_object().contains(key)) {
      return bad(std::string("'") + key + "' is for tasks of the configuration file only");
    }
  }
  std::ostringstream toml;
  toml << table_of(parsed.get_object());
  auto table = ConfigTable::parse(toml.str(), kWhere, {}, problems, "task");
  return table ? read_task(*table) : TaskConfig();
}

}  // namespace blindsum
