// What can go wrong with files and with what people write in them, by name. The operating system's
// own failures (no such file, permission denied, no space) travel as they are, in
// boost::system::system_category().
#pragma once

#include <boost/system/error_code.hpp>
#include <type_traits>

namespace blindsum {

enum class SupportError {
  file_too_large = 1,   // more bytes than the reader asked for at most
  not_private,          // a secret's file that its group or others may read or write
  bad_key_file,         // not the two lines of a key file
  bad_npy,              // not a .npy file of numbers that fit float64 or int64
  folder_locked,        // another process holds the folder
  missing_unit,         // "5" where "5s" is due
  wrong_unit,           // "5m" where seconds or bytes are due
  bad_number,           // no digits, a sign, or a fraction where none may be
  number_out_of_range,  // larger than the value can hold
};

[[nodiscard]] const boost::system::error_category& support_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(SupportError error) noexcept;

}  // namespace blindsum

template <>
struct boost::system::is_error_code_enum<blindsum::SupportError> : std::true_type {};
