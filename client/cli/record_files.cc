#include "client/cli/record_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace blindsum::cli {

Result<RecordFiles> find_record_files(const std::vector<std::string>& given) {
  std::error_code error;
  if (given.size() != 1 || !std::filesystem::is_directory(given.front(), error)) {
    return RecordFiles{given, false};
  }
  RecordFiles found{{}, true};
  for (std::filesystem::directory_iterator it(given.front(), error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".record") found.files.push_back(it->path().string());
  }
  if (error) return Error(error.value(), boost::system::system_category());
  if (found.files.empty()) {
    return make_error_code(boost::system::errc::no_such_file_or_directory);
  }
  // Numbers are padded with zeros, and may outgrow that: the longer name is the later round.
  std::sort(found.files.begin(), found.files.end(), [](const auto& a, const auto& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return found;
}

}  // namespace blindsum::cli
