#include "client/cli/program_path.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "support/descriptor.h"

namespace blindsum::cli {
namespace {

namespace errc = boost::system::errc;

Result<void> check_file(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return last_system_error();
  if (S_ISDIR(status.st_mode)) return make_error_code(errc::is_a_directory);
  if (::access(path.c_str(), X_OK) != 0) return last_system_error();
  return {};
}

}  // namespace

Result<void> check_program(const std::string& program) {
  if (program.find('/') != std::string::npos) return check_file(program);
  const char* const set = std::getenv("PATH");
  std::string_view folders = set == nullptr ? "" : set;
  Error best = make_error_code(errc::no_such_file_or_directory);
  while (!folders.empty()) {
    const auto end = folders.find(':');
    const auto folder = folders.substr(0, end);
    folders = end == std::string_view::npos ? std::string_view() : folders.substr(end + 1);
    const auto found = check_file(std::string(folder.empty() ? "." : folder) + "/" + program);
    if (found) return {};
    // That there is one which may not be run says more than that the next folder has none.
    if (found.error() == errc::permission_denied) best = found.error();
  }
  return best;
}

}  // namespace blindsum::cli
