#include "tests/sim/statistics.h"

#include <charconv>

namespace blindsum::sim {
namespace {

std::string_view name_of(Group group) {
  return kGroupNames[static_cast<std::size_t>(group)];
}

}  // namespace

void Statistics::count(Group group, std::string_view name, std::uint64_t times) {
  counts_[{group, std::string(name)}] += times;
}

std::uint64_t Statistics::of(Group group, std::string_view name) const {
  const auto found = counts_.find({group, std::string(name)});
  return found == counts_.end() ? 0 : found->second;
}

void Statistics::add(const Statistics& other) {
  for (const auto& [key, times] : other.counts_) counts_[key] += times;
}

std::vector<std::string> Statistics::never(
    const std::vector<std::pair<Group, std::string>>& expected) const {
  std::vector<std::string> missing;
  for (const auto& [group, name] : expected) {
    if (of(group, name) == 0) missing.push_back(std::string(name_of(group)) + " " + name);
  }
  return missing;
}

std::string Statistics::table() const {
  std::string text;
  const Group* shown = nullptr;
  for (const auto& [key, times] : counts_) {
    if (shown == nullptr || *shown != key.first) text += std::string(name_of(key.first)) + "\n";
    shown = &key.first;
    std::string number = std::to_string(times);
    text += std::string(number.size() < 12 ? 12 - number.size() : 0, ' ') + number + "  " +
            key.second + "\n";
  }
  return text;
}

std::string Statistics::json() const {
  std::string text = "{";
  const Group* shown = nullptr;
  for (const auto& [key, times] : counts_) {
    if (shown == nullptr || *shown != key.first) {
      if (shown != nullptr) text += "},";
      text += "\"" + std::string(name_of(key.first)) + "\":{";
    } else {
      text += ",";
    }
    shown = &key.first;
    text += "\"" + key.second + "\":" + std::to_string(times);
  }
  return text + (shown == nullptr ? "}" : "}}");
}

std::string Statistics::lines() const {
  std::string text;
  for (const auto& [key, times] : counts_) {
    text += std::to_string(static_cast<unsigned>(key.first)) + " " + std::to_string(times) + " " +
            key.second + "\n";
  }
  return text;
}

void Statistics::add_line(std::string_view line) {
  unsigned group = 0;
  std::uint64_t times = 0;
  const char* const end = line.data() + line.size();
  const auto first = std::from_chars(line.data(), end, group);
  if (first.ec != std::errc() || first.ptr == end || group >= kGroupNames.size()) return;
  const auto second = std::from_chars(first.ptr + 1, end, times);
  if (second.ec != std::errc() || second.ptr == end) return;
  const char* const name = second.ptr + 1;
  count(static_cast<Group>(group), std::string_view(name, static_cast<std::size_t>(end - name)),
        times);
}

}  // namespace blindsum::sim
