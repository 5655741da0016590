#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "crypto/locked_memory.h"
#include "support/sanitizer.h"

namespace blindsum {
namespace {

struct Number {
  std::array<std::uint8_t, 96> bytes;
};

// What Linux says of the mapping that an address is in.
std::string flags_of(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    char dash = 0;
    std::istringstream head(line);
    if (head >> std::hex >> from >> dash >> to && dash == '-') {
      inside = from <= wanted && wanted < to;
    }
    if (inside && line.starts_with("VmFlags:")) return line;
  }
  return "";
}

TEST_CASE("locked memory: slots are apart, and given again, wiped, when one has gone") {
  std::set<const void*> seen;
  {
    std::vector<Locked<Number>> many;
    for (int i = 0; i < 100; ++i) {
      many.push_back(make_locked<Number>());
      many.back()->bytes.fill(0xaa);
      CHECK(seen.insert(many.back().get()).second);
    }
  }
  void* const slot = detail::take_slot();
  CHECK(seen.contains(slot));
  const auto* const bytes = static_cast<const std::uint8_t*>(slot);
  CHECK(std::all_of(bytes, bytes + detail::kSlotBytes, [](std::uint8_t one) { return one == 0; }));
  detail::give_slot(slot);
}

TEST_CASE("locked memory: it is in no core file, and never swapped out if the system allows") {
  const auto value = make_locked<Number>();
  const auto flags = flags_of(value.get());
  CAPTURE(flags);
  CHECK(flags.find(" dd") != std::string::npos);
  // The sanitizers' runtime says that it locked, and does not.
  if (!kSanitized) CHECK((flags.find(" lo") != std::string::npos) == memory_is_locked());
}

}  // namespace
}  // namespace blindsum
