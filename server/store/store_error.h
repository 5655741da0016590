// Why a store did not keep something, by name: for the log and the operator, and in the detail of
// an aborted round's record, whose reason is store_failed.
#pragma once

#include <boost/system/error_code.hpp>
#include <type_traits>

namespace blindsum {

enum class StoreError {
  disk_full = 1,      // no room, or a quota
  disk_read_only,     // the file system, or permissions
  too_few_resources,  // descriptors or memory, of this process or the machine
  sync_failed,    // fsync: what was written may be on disk or not, and asking again tells nothing
  disk_failed,    // any other error of reading or writing
  store_damaged,  // what is there is no data base, or not what was written
  newer_store,    // made by a newer program
  foreign_store,  // a data base of something else
};

// Whether the store is of no use before a restart: nobody knows what is on the disk. Room can be
// made, and permissions given.
[[nodiscard]] bool is_for_good(const boost::system::error_code& error);

[[nodiscard]] const boost::system::error_category& store_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(StoreError error) noexcept;

}  // namespace blindsum

template <>
struct boost::system::is_error_code_enum<blindsum::StoreError> : std::true_type {};
