#include "tests/bench/macro/work_folder.h"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace blindsum::bench {
namespace {

std::filesystem::path temporary_root() {
  const char* const set = std::getenv("TMPDIR");
  if (set != nullptr && *set != '\0') return set;
  const std::filesystem::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory
                                                    : std::filesystem::temp_directory_path();
}

std::filesystem::path make_temporary_folder() {
  std::string name = (temporary_root() / "blindsum-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error(name + ": cannot be made; set TMPDIR to a folder with room");
  }
  return name;
}

std::filesystem::path make_kept_folder(const std::filesystem::path& folder) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(folder, error);
  if (error) throw std::runtime_error(folder.string() + ": " + error.message());
  if (!made && !std::filesystem::is_empty(folder)) {
    throw std::runtime_error(folder.string() + ": --keep wants a new folder or an empty one");
  }
  return std::filesystem::absolute(folder);
}

}  // namespace

WorkFolder::WorkFolder(const std::string& keep)
    : temporary_(keep.empty()),
      path_(temporary_ ? make_temporary_folder() : make_kept_folder(keep)) {}

WorkFolder::~WorkFolder() {
  remove();
}

void WorkFolder::remove() const {
  if (!temporary_) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace blindsum::bench
