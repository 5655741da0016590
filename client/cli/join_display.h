// What `blindsum join` shows: JSON lines, plain lines, or on a terminal plain lines with a bar for
// what takes long.
#pragma once

#include <string>

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

  bool json_;
  ProgressBar bar_;
};

}  // namespace blindsum::cli
