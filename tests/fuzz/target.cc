#include "tests/fuzz/target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace blindsum::fuzz {
namespace {

constexpr std::uint32_t kMostChanges = 8;

// Filled before main().
std::vector<Target>& registered() {
  static std::vector<Target> all;
  return all;
}

}  // namespace

Registered::Registered(std::string_view name, bool (*run)(ByteView)) {
  registered().push_back({name, run});
}

std::vector<Target> targets() {
  std::vector<Target> all = registered();
  std::ranges::sort(all, {}, &Target::name);
  return all;
}

void broken(std::string_view property, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken: %.*s\n", file, line, static_cast<int>(property.size()),
               property.data());
  std::abort();
}

Bytes damaged(ByteView original, Input& input) {
  Bytes bytes(original.begin(), original.end());
  for (std::uint32_t left = 1 + input.below(kMostChanges); left > 0 && !bytes.empty(); --left) {
    const auto at =
        static_cast<std::ptrdiff_t>(input.below(static_cast<std::uint32_t>(bytes.size())));
    const std::uint8_t how = input.u8();
    const std::uint8_t value = input.u8();
    if (how < 128) {
      bytes[static_cast<std::size_t>(at)] ^= value;
    } else if (how < 192) {
      bytes.insert(bytes.begin() + at, value);
    } else {
      bytes.erase(bytes.begin() + at);
    }
  }
  return bytes;
}

}  // namespace blindsum::fuzz
