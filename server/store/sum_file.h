// A sum on disk, in one of a round's two files (slots), written in turns: while one is written, the
// other has what counts. Which of them counts, and what it has to be, says the data base; a file
// alone is worth nothing. Used by SqliteRoundStore.
//
//   "blsmsum1" ‖ generation u64 ‖ packed size u64 ‖ packed sum
#pragma once

#include <cstdint>
#include <string>

#include "crypto/bytes.h"
#include "protocol/round/parameters.h"
#include "server/store/store_files.h"

namespace blindsum {

struct SumFile {
  std::uint64_t generation = 0;  // its slot is the generation's lowest bit
  std::uint64_t packed_size = 0;
  Hash checksum;  // SHA-256 of the whole file
};

[[nodiscard]] std::string sum_file_name(const SessionId& round, std::uint64_t slot);

// Durable when it returns. Errors: StoreError; library_failed.
[[nodiscard]] Result<SumFile> write_sum_file(StoreFiles& files, const SessionId& round,
                                             std::uint64_t generation, ByteView packed);
// Errors: checkpoint_damaged if it is not the very file; StoreError; library_failed.
[[nodiscard]] Result<Bytes> read_sum_file(StoreFiles& files, const SessionId& round,
                                          const SumFile& expected);
// Both of a round's. Errors: StoreError.
[[nodiscard]] Result<void> remove_sum_files(StoreFiles& files, const SessionId& round);

}  // namespace blindsum
