#include "server/copied_at.h"

#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include "server/backup_error.h"
#include "support/files.h"

namespace blindsum {
namespace {

// Between the end of a round and the next offer are 100 ms at least (task_result.cc).
constexpr std::uint64_t kMostRoundsASecond = 10;
// One that ran when the copying began, and what restarts may have cut short.
constexpr std::uint64_t kSpareRounds = 1000;

std::filesystem::path mark_of(const std::filesystem::path& folder) {
  return folder / "copied-at";
}

}  // namespace

Result<void> mark_copied(const std::filesystem::path& folder, UnixSeconds when) {
  return write_file_atomically(mark_of(folder), std::to_string(when) + "\n");
}

Result<std::optional<UnixSeconds>> copied_at(const std::filesystem::path& folder) {
  auto text = read_text_file(mark_of(folder));
  if (!text) {
    if (text.error() != boost::system::errc::no_such_file_or_directory) return text.error();
    return std::optional<UnixSeconds>();
  }
  UnixSeconds when = 0;
  const auto* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, when);
  if (read.ec != std::errc{} || std::string_view(read.ptr, end) != "\n") {
    return BackupError::bad_mark;
  }
  return std::optional<UnixSeconds>(when);
}

void remove_mark(const std::filesystem::path& folder) {
  std::error_code ignored;  // while it stays, more numbers are left out at each start
  std::filesystem::remove(mark_of(folder), ignored);
}

Result<std::uint64_t> rounds_between(UnixSeconds copied, UnixSeconds now) {
  if (now < copied) return BackupError::clock_behind;
  return (now - copied) * kMostRoundsASecond + kSpareRounds;
}

}  // namespace blindsum
