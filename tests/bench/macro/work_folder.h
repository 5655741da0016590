// Where a round's files are: a temporary folder that goes with this, or one that was asked for and
// stays. The temporary one is in memory (/dev/shm) if the machine has that and TMPDIR says nothing
// else, so that thousands of state folders do not measure a disk.
#pragma once

#include <filesystem>
#include <string>

namespace blindsum::bench {

class WorkFolder {
 public:
  // keep: a folder that is not there or empty; "" for a temporary one. Throws std::runtime_error.
  explicit WorkFolder(const std::string& keep);
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder();

  const std::filesystem::path& path() const { return path_; }
  // Nothing of it is left, if it is a temporary one. From any thread.
  void remove() const;

 private:
  bool temporary_;
  std::filesystem::path path_;
};

}  // namespace blindsum::bench
