#include "server/store/sum_file.h"

#include <algorithm>
#include <string_view>

#include "crypto/transcript.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

constexpr std::string_view kMagic = "blsmsum1";
constexpr std::size_t kHeaderBytes = 8 + 8 + 8;
// Hashed out of the cache, and written behind it.
constexpr std::size_t kPieceBytes = std::size_t{1} << 18;
// What a vector can have at most: no size that a disk says is believed beyond it.
constexpr std::uint64_t kMostPackedBytes = std::uint64_t{1} << 33;

Bytes header_of(std::uint64_t generation, std::uint64_t packed_size) {
  Bytes header(kMagic.begin(), kMagic.end());
  put_u64(header, generation);
  put_u64(header, packed_size);
  return header;
}

}  // namespace

std::string sum_file_name(const SessionId& round, std::uint64_t slot) {
  return to_hex(round.view()) + (slot == 0 ? ".0" : ".1");
}

Result<SumFile> write_sum_file(StoreFiles& files, const SessionId& round, std::uint64_t generation,
                               ByteView packed) {
  BLINDSUM_TRY(file, files.open(sum_file_name(round, generation & 1)));
  BLINDSUM_TRY(hasher, Sha256::create());
  const Bytes header = header_of(generation, packed.size());
  BLINDSUM_CHECK(hasher.update(header));
  BLINDSUM_CHECK(file->write(0, header));
  for (std::size_t at = 0; at < packed.size(); at += kPieceBytes) {
    const ByteView piece = packed.subspan(at, std::min(kPieceBytes, packed.size() - at));
    BLINDSUM_CHECK(hasher.update(piece));
    BLINDSUM_CHECK(file->write(kHeaderBytes + at, piece));
  }
  BLINDSUM_CHECK(file->sync());
  // The names are new in each slot's first turn.
  if (generation <= 2) BLINDSUM_CHECK(files.sync_names());
  BLINDSUM_TRY(checksum, std::move(hasher).finish());
  return SumFile{generation, packed.size(), checksum};
}

Result<Bytes> read_sum_file(StoreFiles& files, const SessionId& round, const SumFile& expected) {
  if (expected.packed_size > kMostPackedBytes) return Reason::checkpoint_damaged;
  BLINDSUM_TRY(file, files.open(sum_file_name(round, expected.generation & 1)));
  BLINDSUM_TRY(hasher, Sha256::create());
  Bytes header(kHeaderBytes);
  BLINDSUM_TRY(header_size, file->read(0, header));
  if (header_size != kHeaderBytes ||
      header != header_of(expected.generation, expected.packed_size)) {
    return Reason::checkpoint_damaged;
  }
  BLINDSUM_CHECK(hasher.update(header));
  Bytes packed(expected.packed_size);
  for (std::size_t at = 0; at < packed.size(); at += kPieceBytes) {
    const ByteSpan piece = ByteSpan(packed).subspan(at, std::min(kPieceBytes, packed.size() - at));
    BLINDSUM_TRY(count, file->read(kHeaderBytes + at, piece));
    if (count != piece.size()) return Reason::checkpoint_damaged;
    BLINDSUM_CHECK(hasher.update(piece));
  }
  BLINDSUM_TRY(checksum, std::move(hasher).finish());
  if (checksum != expected.checksum) return Reason::checkpoint_damaged;
  return packed;
}

Result<void> remove_sum_files(StoreFiles& files, const SessionId& round) {
  BLINDSUM_CHECK(files.remove(sum_file_name(round, 0)));
  return files.remove(sum_file_name(round, 1));
}

}  // namespace blindsum
