// What is said in a round, as domain structs: wire/ makes them from bytes and back, the two
// machines consume and produce them. Sizes, canonical points and unknown fields are checked by the
// parser; what needs the round's context (signatures, order, membership, bitmap length) is checked
// by the machine. u, from, to, member: cohort indices. SPEC.md §4 names each message.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/group.h"
#include "crypto/seal.h"
#include "crypto/secret.h"
#include "protocol/round/parameters.h"
#include "protocol/round/reason.h"

namespace blindsum {

// Phase 1. bytes() = roster index u32 ‖ S ‖ C ‖ B, the 100 bytes that are signed.
struct Advert {
  std::uint32_t roster_index = 0;
  Point mask_point;     // S = s·G
  Point channel_point;  // C = c·G
  Point self_point;     // B = b·G
  std::array<std::uint8_t, 100> bytes() const;
  friend bool operator==(const Advert&, const Advert&) = default;
};
struct SignedAdvert {
  Advert advert;
  Signature signature;
  friend bool operator==(const SignedAdvert&, const SignedAdvert&) = default;
};
struct Cohort {  // all adverts, ascending by roster index: the position is the cohort index
  std::vector<SignedAdvert> adverts;
  friend bool operator==(const Cohort&, const Cohort&) = default;
};

// Phase 2.
using TagBytes =
    std::array<std::uint8_t, 32>;  // not parsed: an off-curve tag is simply off its tag
struct ShareItem {
  std::uint32_t to = 0;
  std::uint32_t point = 0;
  ShareBox box{};
  TagBytes mask_tag{};
  TagBytes self_tag{};
  friend bool operator==(const ShareItem&, const ShareItem&) = default;
};
struct Shares {
  std::vector<ShareItem> items;
  Signature signature;  // over the root of their tree (share_tree.h)
  friend bool operator==(const Shares&, const Shares&) = default;
};
struct InboundItem {
  std::uint32_t from = 0;
  ShareItem item;
  std::vector<Hash> path;  // to the root of the dealer's tree, from below
  friend bool operator==(const InboundItem&, const InboundItem&) = default;
};
struct SharesProof {  // the "shares" signature of a member, with what it signed
  std::uint32_t member = 0;
  Hash root;
  Signature signature;
  friend bool operator==(const SharesProof&, const SharesProof&) = default;
};
struct Delivery {
  Bytes u2;  // bitmap bytes; the machine knows n
  std::vector<InboundItem> items;
  std::vector<SharesProof> proofs;
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

// Phase 3.
struct UploadGrant {
  std::uint64_t offset = 0;  // the next byte that the aggregator wants
  friend bool operator==(const UploadGrant&, const UploadGrant&) = default;
};
struct UploadChunk {
  std::uint64_t offset = 0;
  Bytes data;
  std::size_t skipped = 0;  // first bytes of data that are not the chunk's: of the frame it came in

  ByteView bytes() const { return ByteView(data).subspan(skipped); }
  friend bool operator==(const UploadChunk& a, const UploadChunk& b) {
    return a.offset == b.offset && std::ranges::equal(a.bytes(), b.bytes());
  }
};
struct Receipt {
  Signature signature;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};
struct UploadAck {
  friend bool operator==(const UploadAck&, const UploadAck&) = default;
};
struct MemberSignature {
  std::uint32_t member = 0;
  Signature signature;
  friend bool operator==(const MemberSignature&, const MemberSignature&) = default;
};
struct Survivors {
  Hash th2;  // the aggregator's; transcript_mismatch when it is not the reader's own
  Bytes u3;
  std::vector<MemberSignature> receipts;  // of the reader's in-neighbours in U3, ascending
  friend bool operator==(const Survivors&, const Survivors&) = default;
};

// Phase 4.
struct Attestation {
  Signature signature;
  friend bool operator==(const Attestation&, const Attestation&) = default;
};
struct QuorumSignatures {  // signatures ascending, one for each bit of signers
  Bytes signers;
  std::vector<Signature> signatures;
  friend bool operator==(const QuorumSignatures&, const QuorumSignatures&) = default;
};
struct Certificate {
  Hash th2;
  Bytes u3;
  QuorumSignatures attestations;
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

// Phase 5.
enum class ShareKind : std::uint8_t { self_mask = 0, mask_key = 1 };
// A share as it is given away and as it came: zero or not canonical makes it a bad share, not a bad
// message. parse_share() makes a Share of it. Every copy is wiped when it goes [DISK-5, REBUILD-5].
struct RevealedShare {
  static constexpr std::size_t size_bytes = scalar_bytes;

  std::array<std::uint8_t, size_bytes> bytes{};

  // Errors: bad_length.
  [[nodiscard]] static Result<RevealedShare> from(ByteView view);

  RevealedShare() = default;
  RevealedShare(const RevealedShare&) = default;
  RevealedShare& operator=(const RevealedShare&) = default;
  ~RevealedShare() { wipe(ByteSpan(bytes)); }

  ByteView view() const { return bytes; }
  friend bool operator==(const RevealedShare&, const RevealedShare&) = default;
};
struct UnmaskEntry {
  std::uint32_t member = 0;
  ShareKind kind = ShareKind::self_mask;
  RevealedShare share;
  friend bool operator==(const UnmaskEntry&, const UnmaskEntry&) = default;
};
struct Unmask {
  std::vector<UnmaskEntry> entries;     // strictly ascending by member
  std::vector<std::uint32_t> not_held;  // strictly ascending
  Signature signature;                  // over ("unmask"; th3, u, answer_hash)
  Hash answer_hash;                     // SHA-256 of unmask_answer_bytes(), the bytes that travel
  friend bool operator==(const Unmask&, const Unmask&) = default;
};

// After an abort.
struct VoidRequest {
  friend bool operator==(const VoidRequest&, const VoidRequest&) = default;
};
struct VoidVote {
  Signature signature;
  friend bool operator==(const VoidVote&, const VoidVote&) = default;
};
struct VoidCertificate {
  QuorumSignatures votes;
  friend bool operator==(const VoidCertificate&, const VoidCertificate&) = default;
};

// The end, whichever. detail is for people: one line, no secrets.
struct RoundRecord {
  Bytes record_bytes;
  Signature signature;
  std::uint64_t sum_size = 0;  // packed bytes that follow as sum chunks; 0 = none
  Bytes proof_bytes = {};      // none for who has what is in it [RECORD-9]
  friend bool operator==(const RoundRecord&, const RoundRecord&) = default;
};
struct RoundAborted {
  Reason reason{};
  std::string detail;
  friend bool operator==(const RoundAborted&, const RoundAborted&) = default;
};
struct Refusal {  // a participant leaves the round for good; only VOID may follow
  Reason reason{};
  std::string detail;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};
struct Rejection {  // the aggregator did not take a message; the round goes on
  Reason reason{};
  std::string detail;
  friend bool operator==(const Rejection&, const Rejection&) = default;
};

using ToAggregator = std::variant<SignedAdvert, Shares, UploadChunk, Receipt, Attestation, Unmask,
                                  VoidVote, Refusal>;
using ToParticipant =
    std::variant<Offer, Cohort, Delivery, UploadGrant, UploadAck, Survivors, Certificate,
                 VoidRequest, VoidCertificate, RoundRecord, RoundAborted, Rejection>;

// u32 count ‖ entries (v u32 ‖ kind u8 ‖ share 32) ‖ u32 count ‖ not-held indices u32 each: the
// body of Unmask as it travels and is hashed (SPEC.md, UNMASK-2). The caller wipes it.
Bytes unmask_answer_bytes(const std::vector<UnmaskEntry>& entries,
                          const std::vector<std::uint32_t>& not_held);
// As they travel, and in evidence (SPEC.md, SHARE-5, U2-2): to ‖ point ‖ box ‖ tags, 152 bytes;
// from ‖ item ‖ u8 number of hashes ‖ path; member ‖ root ‖ signature, 100 bytes.
Bytes share_item_bytes(const ShareItem& item);
Bytes inbound_item_bytes(const InboundItem& inbound);
Bytes shares_proof_bytes(const SharesProof& proof);

}  // namespace blindsum
