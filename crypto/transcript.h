// [ENC-1] [ENC-2] The one place that lays out what is hashed, signed, derived from or
// authenticated:
//
//   Enc(label; f1, f2, …) = u8 length of the string ‖ "blindsum/1/" label
//                           ‖ per field (u32 length ‖ bytes)
//
// with integers little-endian. Two different lists of fields never have the same encoding, and no
// encoding for one use is one for another. The labels are a closed list, one per use and direction.
//
//   const Encoded text = Encoded(Label::attest).hash(th3).u32(u);
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/result.h"

struct evp_md_ctx_st;

namespace blindsum {

// [ENC-3]
enum class Label {
  offer,       // signed by the aggregator: the round's parameters
  roster,      // signed by the authority: who is a member
  session,     // signed by either side when a connection starts
  advert,      // signed, phase 1: a participant's keys
  share_ad,    // "share-ad", associated data of a share box
  shares,      // signed, phase 2: all items, by the root of their tree
  masked,      // signed, phase 3: the receipt
  attest,      // signed, phase 4
  void_,       // "void", signed: a promise never to unmask this round
  unmask,      // signed, phase 5: the revealed shares
  record,      // signed by the aggregator: the round's record
  share,       // hashed: one share item, a leaf of its dealer's tree
  share_node,  // "share-node", hashed: two nodes of that tree
  th0,         // hashed: parameters
  th1,         // hashed: cohort
  th2,         // hashed: U2
  th3,         // hashed: U3
  channel,     // derived: the seal key of one direction
  pair,        // derived: a pairwise mask's key
  self,        // derived: a self mask's key
};

// As it stands behind "blindsum/1/".
std::string_view label_name(Label label);

class Encoded {
 public:
  explicit Encoded(Label label);

  // Each appends one field and returns this. A field is shorter than 4 GiB (asserted: the callers
  // bound what comes in).
  Encoded& bytes(ByteView field);
  Encoded& u32(std::uint32_t value);
  Encoded& u64(std::uint64_t value);
  Encoded& hash(const Hash& value) { return bytes(value.view()); }

  ByteView view() const { return bytes_; }

  bool operator==(const Encoded&) const = default;

 private:
  Bytes bytes_;
};

// [HASH-1] SHA-256 of the encoding: th0 to th3, the nodes of a share tree. Errors: library_failed.
[[nodiscard]] Result<Hash> hash_of(const Encoded& encoded);

// SHA-256 of bytes as they travelled (payloads, items, digests of vectors). Errors: library_failed.
[[nodiscard]] Result<Hash> sha256(ByteView bytes);

// SHA-256 of data that comes piece by piece. After finish() the object is of no more use.
class Sha256 {
 public:
  // Errors: library_failed (all of them).
  [[nodiscard]] static Result<Sha256> create();
  [[nodiscard]] Result<void> update(ByteView bytes);
  [[nodiscard]] Result<Hash> finish() &&;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_md_ctx_st, Free>;
  explicit Sha256(Context context) : context_(std::move(context)) {}
  friend class TranscriptHasher;
  [[nodiscard]] Result<void> restart();
  [[nodiscard]] Result<Hash> digest();

  Context context_;
};

// hash_of() for many short texts that hold no secret: making the library's context takes longer
// than hashing one of them, and here it is made once. Not to be used by two threads at once.
class TranscriptHasher {
 public:
  // Errors: library_failed (both).
  [[nodiscard]] static Result<TranscriptHasher> create();
  [[nodiscard]] Result<Hash> hash(const Encoded& encoded);

 private:
  explicit TranscriptHasher(Sha256 sha256) : sha256_(std::move(sha256)) {}

  Sha256 sha256_;
};

}  // namespace blindsum
