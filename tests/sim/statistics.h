// What a run exercised, by group and name: so that the simulator cannot silently stop testing.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace blindsum::sim {

enum class Group : std::uint8_t {
  theme,      // kinds of plan
  round,      // completed, aborted
  abort,      // by name
  ending,     // of members' rounds, by name
  refusal,    // of members, by name
  rejection,  // of the aggregator, by name
  fault,      // carried out
  loss,       // faults that hit a member, by the phase in which they find it
  crash,      // of the aggregator, by its phase and by how far it had come
  member_lie,
  aggregator_lie,
  blame,    // in records
  disk,     // what the aggregator's has been through
  witness,  // checks that had something to check, so that none of them is idle
};
inline constexpr std::array<std::string_view, 14> kGroupNames{
    "theme", "round", "abort",      "ending",         "refusal", "rejection", "fault",
    "loss",  "crash", "member_lie", "aggregator_lie", "blame",   "disk",      "check"};

class Statistics {
 public:
  void count(Group group, std::string_view name, std::uint64_t times = 1);
  std::uint64_t of(Group group, std::string_view name) const;
  void add(const Statistics& other);

  // Names that have to be counted in a long run and were not: "fault drain", …
  std::vector<std::string> never(const std::vector<std::pair<Group, std::string>>& expected) const;

  std::string table() const;  // for people
  std::string json() const;   // {"fault":{"drain":12,…},…}
  // One line a name; how a worker hands its counts over.
  std::string lines() const;
  void add_line(std::string_view line);

 private:
  std::map<std::pair<Group, std::string>, std::uint64_t, std::less<>> counts_;
};

}  // namespace blindsum::sim
