#include "faults/startup.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "faults/faults.h"

namespace blindsum {
namespace {

struct Entry {
  Fault fault;
  std::string_view name, side, rules, text;
};

constexpr std::array kFaults{
#define FAULT(name, side, rules, text) Entry{Fault::name, #name, #side, rules, text},
#include "faults/list.def"
#undef FAULT
};

void print(std::string_view text, char end) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::putchar(end);
}

void print_all() {
  for (const Entry& entry : kFaults) {
    print(entry.name, '\t');
    print(entry.side, '\t');
    print(entry.rules, '\t');
    print(entry.text, '\n');
  }
}

}  // namespace

std::optional<int> begin_faulty(int argc, const char* const* argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--faults") {
    print_all();
    return 0;
  }
  const char* const wanted = std::getenv("BLINDSUM_FAULT");
  if (wanted == nullptr) {
    std::fputs("FAULTY BUILD, for tests only: no fault is switched on\n", stderr);
    return std::nullopt;
  }
  const auto found = std::find_if(kFaults.begin(), kFaults.end(), [&](const Entry& entry) {
    return entry.name == std::string_view(wanted);
  });
  if (found == kFaults.end()) {
    std::fprintf(stderr, "BLINDSUM_FAULT: '%s' is no fault; --faults lists them\n", wanted);
    return 2;
  }
  detail::active_fault = found->fault;
  std::fprintf(stderr, "FAULTY BUILD, for tests only: %s is switched on: this program %.*s\n",
               wanted, static_cast<int>(found->text.size()), found->text.data());
  return std::nullopt;
}

}  // namespace blindsum
