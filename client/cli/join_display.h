// What `blindsum join` shows: JSON lines, plain lines, or on a terminal plain lines with a bar for
// what takes long.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "client/cli/progress_bar.h"
#include "client/participant.h"

namespace blindsum::cli {

class JoinDisplay {
 public:
  // On a terminal (standard error) there is a bar.
  explicit JoinDisplay(bool json);

  void show(const Progress& progress);
  void show(const RoundResult& result, const std::string& record_file);
  // Whatever bar there is goes.
  void end();

 private:
  void line(const std::string& text);
  // The name, and the first time also what to do about it.
  std::string explained(const std::string& name, std::string_view otherwise);

  bool json_;
  ProgressBar bar_;
  std::set<std::string> explained_;
};

}  // namespace blindsum::cli
