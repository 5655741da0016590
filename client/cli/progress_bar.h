// A bar on the last line of a terminal for what takes long; nothing at all where standard error is
// no terminal.
#pragma once

#include <cstdint>
#include <string>

namespace blindsum::cli {

class ProgressBar {
 public:
  // wanted: false for none, whatever standard error is.
  explicit ProgressBar(bool wanted);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { clear(); }

  bool is_on() const { return on_; }
  void show(std::uint64_t done, std::uint64_t of, const std::string& text);
  // Before other lines are printed.
  void clear();

 private:
  bool on_;
  bool drawn_ = false;
};

}  // namespace blindsum::cli
