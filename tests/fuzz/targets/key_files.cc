// Files of secret keys, and public keys as text. The file is in memory, under a name of /proc.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "support/key_file.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("key", MFD_CLOEXEC)) {
    FUZZ_EXPECT(descriptor_ >= 0 && ::fchmod(descriptor_, 0600) == 0);
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  void fill(ByteView bytes) const {
    FUZZ_EXPECT(::ftruncate(descriptor_, 0) == 0);
    const auto written = ::pwrite(descriptor_, bytes.data(), bytes.size(), 0);
    FUZZ_EXPECT(written == static_cast<ssize_t>(bytes.size()));
  }

 private:
  int descriptor_;
};

// One file has one key: the text says every bit of its seed, and nothing else.
bool run_secret(ByteView text) {
  static const MemoryFile file;
  file.fill(text);
  const auto key = read_secret_key(file.path());
  if (key.has_error()) return false;
  const std::string_view chars(reinterpret_cast<const char*>(text.data()), text.size());
  const auto line = chars.find('\n');
  FUZZ_EXPECT(line != std::string_view::npos);
  const std::string digits(chars.substr(line + 1, 2 * Seed::size_bytes));
  FUZZ_EXPECT(to_hex(key->seed().reveal(Reveal::test)) == digits);
  return true;
}

bool run_public(ByteView text) {
  const std::string_view hex(reinterpret_cast<const char*>(text.data()), text.size());
  const auto key = parse_verify_key(hex);
  if (key.has_error()) return false;
  FUZZ_EXPECT(parse_verify_key(to_hex(key->view())) == key);
  return true;
}

bool run(ByteView input) {
  Input rest(input);
  return rest.u8() % 2 == 0 ? run_secret(rest.rest()) : run_public(rest.rest());
}

const Registered registered("key_files", run);

}  // namespace
}  // namespace blindsum::fuzz
