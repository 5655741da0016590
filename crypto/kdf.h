// [KEY-5] HKDF-SHA-256 (RFC 5869) over OpenSSL: from what two keys agree on, or a self mask, to a
// key of 32 bytes.
//
// The salt is a transcript hash (th1 for channels, th2 for masks), the info an Encoded that names
// use and direction:
//   hkdf<StreamKeyTag>(agreed, th2, Encoded(Label::pair).u32(lo).u32(hi).view())
#pragma once

#include "crypto/bytes.h"
#include "crypto/result.h"
#include "crypto/secret.h"

namespace blindsum {

struct StreamKeyTag {};
struct SealKeyTag {};

using StreamKey = Secret<StreamKeyTag>;  // AES-256-CTR key of one mask stream
using SealKey =
    Secret<SealKeyTag>;  // ChaCha20-Poly1305 key of one direction of one pair in one round

namespace detail {

// The RFC's function as it stands. Errors: library_failed, also for more than 255 · 32 bytes of
// output.
[[nodiscard]] Result<void> hkdf_sha256(ByteView ikm, ByteView salt, ByteView info, ByteSpan out);

}  // namespace detail

// Errors: library_failed.
template <class Out, class In>
[[nodiscard]] Result<Secret<Out>> hkdf(const Secret<In>& ikm, const Hash& salt, ByteView info) {
  return Secret<Out>::produce(Reveal::derive_key, [&](ByteSpan out) {
    return detail::hkdf_sha256(ikm.reveal(Reveal::derive_key), salt.view(), info, out);
  });
}

}  // namespace blindsum
