// Server-sent events of the operator's port, made lines again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace blindsum::cli {

// Pieces come as the network cut them; an event is whole at its empty line.
class EventLines {
 public:
  explicit EventLines(bool json) : json_(json) {}

  // A line for each event that is whole now: "phase task=counts round=3 phase=mask", or with `json`
  // {"event":"phase","id":18,"data":{…}}. First of all comes one that is called `listening`.
  [[nodiscard]] std::vector<std::string> take(std::string_view piece);

 private:
  [[nodiscard]] std::string line_of(std::string_view event) const;

  bool json_;
  std::string rest_;
};

}  // namespace blindsum::cli
