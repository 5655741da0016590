#include "protocol/round/infeasible.h"

#include <string>

namespace blindsum {
namespace {

std::string_view name_of(Infeasible why) {
  switch (why) {
#define BLINDSUM_CASE(name, text) \
  case Infeasible::name:          \
    return #name;
    BLINDSUM_INFEASIBLE(BLINDSUM_CASE)
#undef BLINDSUM_CASE
  }
  return "unknown";
}

class InfeasibleCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "blindsum.parameters"; }
  [[nodiscard]] std::string message(int value) const override {
    return std::string(name_of(static_cast<Infeasible>(value)));
  }
};

}  // namespace

std::string_view describe(Infeasible why) {
  switch (why) {
#define BLINDSUM_CASE(name, text) \
  case Infeasible::name:          \
    return text;
    BLINDSUM_INFEASIBLE(BLINDSUM_CASE)
#undef BLINDSUM_CASE
  }
  return "unknown";
}

const boost::system::error_category& infeasible_category() {
  static const InfeasibleCategory category;
  return category;
}

boost::system::error_code make_error_code(Infeasible why) {
  return {static_cast<int>(why), infeasible_category()};
}

}  // namespace blindsum
