#include "protocol/round/reason.h"

#include <array>
#include <string>

namespace blindsum {
namespace {

struct Entry {
  std::string_view name;
  std::string_view text;
};

// By the value of the enumerator.
constexpr std::array kEntries{Entry{"ok", "nothing went wrong"},
#define BLINDSUM_ENTRY(name, text) Entry{#name, text},
                              BLINDSUM_REASONS(BLINDSUM_ENTRY)
#undef BLINDSUM_ENTRY
};

constexpr Entry kUnknown{"unknown", "a number that stands for no reason"};

const Entry& entry_of(int value) {
  if (value < 0 || static_cast<std::size_t>(value) >= kEntries.size()) return kUnknown;
  return kEntries[static_cast<std::size_t>(value)];
}

class ReasonCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "blindsum"; }
  [[nodiscard]] std::string message(int value) const override {
    return std::string(entry_of(value).name);
  }
};

}  // namespace

std::string_view name_of(Reason reason) {
  return entry_of(static_cast<int>(reason)).name;
}

std::optional<Reason> parse_reason(std::string_view name) {
  for (std::size_t value = 1; value < kEntries.size(); ++value) {
    if (kEntries[value].name == name) return static_cast<Reason>(value);
  }
  return std::nullopt;
}

std::string_view describe(Reason reason) {
  return entry_of(static_cast<int>(reason)).text;
}

const boost::system::error_category& reason_category() noexcept {
  static const ReasonCategory category;
  return category;
}

boost::system::error_code make_error_code(Reason reason) noexcept {
  return {static_cast<int>(reason), reason_category()};
}

}  // namespace blindsum
