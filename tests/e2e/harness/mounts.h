// File systems of a test: a small one, and one that may only be read. In a mount namespace of the
// test's own, which the servers that it starts share: whatever ends it, nothing of them stays. Not
// everybody may mount.
#pragma once

#include <filesystem>

namespace blindsum::e2e {

// Whether this program has the namespace; of its main thread.
bool can_mount();

class Mount {
 public:
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  ~Mount() { remove(); }
  void remove();

 protected:
  // Makes the folder.
  explicit Mount(const std::filesystem::path& folder);
  std::filesystem::path folder_;
  bool is_there_ = false;
};

// A tmpfs of 400 KiB.
class SmallDisk : public Mount {
 public:
  explicit SmallDisk(const std::filesystem::path& folder);
  void grow();  // to what is enough
};

// The folder as it is, for reading only, until remove(). What is open already stays as it was.
class ReadOnly : public Mount {
 public:
  explicit ReadOnly(const std::filesystem::path& folder);
};

}  // namespace blindsum::e2e
