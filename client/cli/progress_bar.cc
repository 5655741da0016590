#include "client/cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace blindsum::cli {
namespace {

constexpr std::uint64_t kWidth = 30;
constexpr const char* kClearLine = "\r\033[K";

std::string bar_of(std::uint64_t done, std::uint64_t of) {
  const std::uint64_t whole = std::max<std::uint64_t>(of, 1);
  // In floating point: bytes times the width may be more than there are numbers.
  const double part = static_cast<double>(std::min(done, whole)) / static_cast<double>(whole);
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(kWidth));
  return "[" + std::string(filled, '#') + std::string(kWidth - filled, '.') + "] ";
}

}  // namespace

ProgressBar::ProgressBar(bool wanted) : on_(wanted && ::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::show(std::uint64_t done, std::uint64_t of, const std::string& text) {
  if (!on_) return;
  std::fputs((kClearLine + bar_of(done, of) + text).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressBar::clear() {
  if (!drawn_) return;
  std::fputs(kClearLine, stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace blindsum::cli
