#include "support/error.h"

#include <string>

namespace blindsum {
namespace {

const char* name_of(SupportError error) {
  switch (error) {
    case SupportError::file_too_large:
      return "file_too_large";
    case SupportError::not_private:
      return "not_private";
    case SupportError::bad_key_file:
      return "bad_key_file";
    case SupportError::bad_npy:
      return "bad_npy";
    case SupportError::folder_locked:
      return "folder_locked";
    case SupportError::missing_unit:
      return "missing_unit";
    case SupportError::wrong_unit:
      return "wrong_unit";
    case SupportError::bad_number:
      return "bad_number";
    case SupportError::number_out_of_range:
      return "number_out_of_range";
  }
  return "unknown";
}

class SupportCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "blindsum.support"; }
  [[nodiscard]] std::string message(int value) const override {
    return name_of(static_cast<SupportError>(value));
  }
};

}  // namespace

const boost::system::error_category& support_category() noexcept {
  static const SupportCategory category;
  return category;
}

boost::system::error_code make_error_code(SupportError error) noexcept {
  return {static_cast<int>(error), support_category()};
}

}  // namespace blindsum
