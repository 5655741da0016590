// th0..th3 and every string that is signed in a round, in one place (SPEC.md, HASH). Both machines,
// the record's verifier and the tests build them here and nowhere else.
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/transcript.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/messages.h"

namespace blindsum {

Result<Hash> hash_th0(ByteView parameter_bytes);
Result<Hash> hash_th1(const Hash& th0, const std::vector<SignedAdvert>& adverts);
Result<Hash> hash_th2(const Hash& th1, const Bitmap& u2);
Result<Hash> hash_th3(const Hash& th2, const Bitmap& u3);
Result<Hash> hash_answer(const Unmask& answer);

Encoded offer_statement(ByteView parameter_bytes);
Encoded advert_statement(const Hash& th0, const Advert& advert);
Encoded share_associated_data(const Hash& th1, std::uint32_t from, std::uint32_t to,
                              std::uint32_t point);
Encoded shares_statement(const Hash& th1, std::uint32_t u, const Hash& root);
Encoded receipt_statement(const Hash& th2, std::uint32_t u);
Encoded attest_statement(const Hash& th3, std::uint32_t u);
Encoded unmask_statement(const Hash& th3, std::uint32_t u, const Hash& answer_hash);
Encoded void_statement(const Hash& th1, std::uint32_t u);
Encoded record_statement(ByteView record_bytes);

// Quorum certificates (attest, VOID): signers ⊆ allowed, at least quorum, every signature by the
// member's identity key, ascending. Errors: bad_bitmap, wrong_length, certificate_short,
// bad_signature.
using StatementOf = Encoded (*)(const Hash& transcript, std::uint32_t u);
Result<Bitmap> verify_quorum(const QuorumSignatures& certificate, const Bitmap& allowed,
                             std::uint32_t quorum, const std::vector<VerifyKey>& identity_keys,
                             const Hash& transcript, StatementOf statement);

// Keys of SPEC.md KEY: channel (from→to, salt th1), pair (lo, hi, salt th2), self (u, salt th2).
Result<SealKey> channel_key(const SharedPoint& shared, const Hash& th1, std::uint32_t from,
                            std::uint32_t to);
Result<StreamKey> pair_key(const SharedPoint& shared, const Hash& th2, std::uint32_t u,
                           std::uint32_t v);
Result<StreamKey> self_key(const SelfMask& self_mask, const Hash& th2, std::uint32_t u);

}  // namespace blindsum
