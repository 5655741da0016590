#include "server/store/store_error.h"

#include <string>

namespace blindsum {
namespace {

const char* name_of(StoreError error) {
  switch (error) {
    case StoreError::disk_full:
      return "disk_full";
    case StoreError::disk_read_only:
      return "disk_read_only";
    case StoreError::too_few_resources:
      return "too_few_resources";
    case StoreError::sync_failed:
      return "sync_failed";
    case StoreError::disk_failed:
      return "disk_failed";
    case StoreError::store_damaged:
      return "store_damaged";
    case StoreError::newer_store:
      return "newer_store";
    case StoreError::foreign_store:
      return "foreign_store";
  }
  return "unknown";
}

class StoreCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "blindsum.store"; }
  [[nodiscard]] std::string message(int value) const override {
    return name_of(static_cast<StoreError>(value));
  }
};

}  // namespace

bool is_for_good(const boost::system::error_code& error) {
  return error == StoreError::sync_failed || error == StoreError::disk_failed ||
         error == StoreError::store_damaged;
}

const boost::system::error_category& store_category() noexcept {
  static const StoreCategory category;
  return category;
}

boost::system::error_code make_error_code(StoreError error) noexcept {
  return {static_cast<int>(error), store_category()};
}

}  // namespace blindsum
