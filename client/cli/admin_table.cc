#include "client/cli/admin_table.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <vector>

namespace blindsum::cli {
namespace {

namespace json = boost::json;
using Row = std::vector<std::string>;

constexpr std::size_t kMostInline = 60;

bool is_list(const json::value& value) {
  return value.is_array() && !value.as_array().empty() && value.as_array().front().is_object();
}

void append(std::string& text, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    if (!text.empty()) text += "\n";
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text += std::string(widths[i] - row[i].size() + 2, ' ');
    }
  }
}

// Columns are those of the first; lists inside are counted.
std::vector<Row> rows_of(const json::array& list) {
  std::vector<Row> rows(1);
  for (const auto& [name, value] : list.front().as_object()) rows.front().emplace_back(name);
  for (const auto& entry : list) {
    Row row;
    for (const auto& name : rows.front()) {
      const auto* const value = entry.as_object().if_contains(name);
      row.push_back(value == nullptr ? "-" : as_cell(*value));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// What people look for in a round, beside its task.
json::object overview_of(const json::object& task) {
  json::object row;
  for (const auto* name : {"task", "state", "why", "waiting", "completed"}) {
    const auto* const value = task.if_contains(name);
    row[name] = value == nullptr ? json::value() : *value;
  }
  const auto* const found = task.if_contains("round");
  const auto* const round = found == nullptr ? nullptr : found->if_object();
  for (const auto* name : {"round", "phase", "phase_began"}) {
    const auto* const value = round == nullptr ? nullptr : round->if_contains(name);
    row[name] = value == nullptr ? json::value() : *value;
  }
  return row;
}

}  // namespace

std::string as_cell(const json::value& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.as_string().empty() ? "-" : std::string(value.as_string());
  if (value.is_bool()) return value.as_bool() ? "yes" : "no";
  if (value.is_double()) {  // JSON's own way is 1E0
    char text[32];
    static_cast<void>(std::snprintf(text, sizeof(text), "%.4g", value.as_double()));
    return text;
  }
  auto text = json::serialize(value);
  if (value.is_array() && text.size() > kMostInline) {
    return std::to_string(value.as_array().size()) + " entries";
  }
  return text;
}

std::string as_table(const json::value& content) {
  std::string text;
  if (!content.is_object()) return as_cell(content);
  std::vector<Row> single;
  for (const auto& [name, value] : content.as_object()) {
    if (!is_list(value)) single.push_back({std::string(name), as_cell(value)});
  }
  // A page that is a list says nothing beside it but where it goes on.
  append(text, single);
  for (const auto& [name, value] : content.as_object()) {
    if (!is_list(value)) continue;
    if (!text.empty()) text += "\n\n" + std::string(name) + ":";
    append(text, rows_of(value.as_array()));
  }
  return text;
}

std::string as_live_table(const json::value& content) {
  const auto* const answer = content.if_object();
  const auto* const found = answer == nullptr ? nullptr : answer->if_contains("tasks");
  if (found == nullptr || !is_list(*found)) return as_table(content);
  json::array overview;
  std::string members;
  for (const auto& task : found->as_array()) {
    overview.emplace_back(overview_of(task.as_object()));
    const auto* const round = task.as_object().if_contains("round");
    const auto* const of_round = round != nullptr && round->is_object()
                                     ? round->as_object().if_contains("members")
                                     : nullptr;
    if (of_round == nullptr || !is_list(*of_round)) continue;
    const auto& row = overview.back().as_object();
    members += "\n\n" + as_cell(row.at("task")) + "/" + as_cell(row.at("round")) + ":";
    append(members, rows_of(of_round->as_array()));
  }
  return as_table(json::object{{"tasks", std::move(overview)}}) + members;
}

}  // namespace blindsum::cli
