#include "server/backup_error.h"

#include <string>

namespace blindsum {
namespace {

const char* name_of(BackupError error) {
  switch (error) {
    case BackupError::no_backup:
      return "no_backup";
    case BackupError::not_empty:
      return "not_empty";
    case BackupError::bad_mark:
      return "bad_mark";
    case BackupError::clock_behind:
      return "clock_behind";
  }
  return "unknown";
}

class BackupCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "blindsum.backup"; }
  [[nodiscard]] std::string message(int value) const override {
    return name_of(static_cast<BackupError>(value));
  }
};

}  // namespace

const boost::system::error_category& backup_category() noexcept {
  static const BackupCategory category;
  return category;
}

boost::system::error_code make_error_code(BackupError error) noexcept {
  return {static_cast<int>(error), backup_category()};
}

}  // namespace blindsum
