// Why a backup cannot be made or put back, by name.
#pragma once

#include <boost/system/error_code.hpp>
#include <type_traits>

namespace blindsum {

enum class BackupError {
  no_backup = 1,  // the folder has no `copied-at`: no backup has been made there
  not_empty,      // something is where the backup is to be put back to
  bad_mark,       // `copied-at` is no time
  clock_behind,   // this machine's clock is before the backup's time
};

[[nodiscard]] const boost::system::error_category& backup_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(BackupError error) noexcept;

}  // namespace blindsum

template <>
struct boost::system::is_error_code_enum<blindsum::BackupError> : std::true_type {};
