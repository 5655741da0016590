// [SHARE-6] The sealed pair of shares that one participant sends another through the aggregator:
// ChaCha20-Poly1305-IETF over f_s(i) ‖ f_b(i), nonce 12 zero bytes. A SealKey serves one direction
// of one pair in one round and so seals once; that is what makes the fixed nonce safe.
//
// `ad` is Enc("share-ad"; th1, from, to, point).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "crypto/bytes.h"
#include "crypto/group.h"
#include "crypto/kdf.h"
#include "crypto/result.h"

namespace blindsum {

inline constexpr std::size_t seal_tag_bytes = 16;
inline constexpr std::size_t share_box_bytes = 2 * scalar_bytes + seal_tag_bytes;

using ShareBox = std::array<std::uint8_t, share_box_bytes>;

struct OpenedShares {
  Share mask_share;  // of s
  Share self_share;  // of b
};

// Errors: library_failed.
[[nodiscard]] Result<ShareBox> seal_shares(const SealKey& key, const Share& mask_share,
                                           const Share& self_share, ByteView ad);

// [U2-9] Whether the shares match their tags is the caller's to check.
// Errors: bad_length; bad_seal; bad_scalar if a share is zero or not canonical.
[[nodiscard]] Result<OpenedShares> open_shares(const SealKey& key, ByteView box, ByteView ad);

}  // namespace blindsum
