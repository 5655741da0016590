#include "protocol/round/round_transcript.h"

#include <algorithm>
#include <span>

#include "crypto/secret.h"
#include "crypto/sign.h"
#include "faults/faults.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

constexpr Hash kNoHash{};

}  // namespace

// [HASH-2]
Result<Hash> hash_th0(ByteView parameter_bytes) {
  return hash_of(Encoded(Label::th0).bytes(parameter_bytes));
}

Result<Hash> hash_th1(const Hash& th0, const std::vector<SignedAdvert>& adverts) {
  Bytes all;
  for (const SignedAdvert& signed_advert : adverts) put_bytes(all, signed_advert.advert.bytes());
  const auto n = static_cast<std::uint32_t>(adverts.size());
  return hash_of(Encoded(Label::th1).hash(th0).u32(n).bytes(all));
}

Result<Hash> hash_th2(const Hash& th1, const Bitmap& u2) {
  return hash_of(Encoded(Label::th2).hash(th1).bytes(u2.bytes()));
}

Result<Hash> hash_th3(const Hash& th2, const Bitmap& u3) {
  return hash_of(Encoded(Label::th3).hash(th2).bytes(u3.bytes()));
}

// [UNMASK-3]
Result<Hash> hash_answer(const Unmask& answer) {
  Bytes body = unmask_answer_bytes(answer.entries, answer.not_held);
  const Result<Hash> hash = sha256(body);
  wipe(std::span(body));
  return hash;
}

Encoded offer_statement(ByteView parameter_bytes) {
  return Encoded(Label::offer).bytes(parameter_bytes);
}

Encoded advert_statement(const Hash& th0, const Advert& advert) {
  return Encoded(Label::advert).hash(th0).bytes(advert.bytes());
}

Encoded share_associated_data(const Hash& th1, std::uint32_t from, std::uint32_t to,
                              std::uint32_t point) {
  if (fault(Fault::shares_unbound)) return Encoded(Label::share_ad).hash(th1);
  return Encoded(Label::share_ad).hash(th1).u32(from).u32(to).u32(point);
}

// [SHARE-7] The tree's size is k, which th1 decides: it is not signed again.
Encoded shares_statement(const Hash& th1, std::uint32_t u, const Hash& root) {
  return Encoded(Label::shares).hash(th1).u32(u).hash(root);
}

Encoded receipt_statement(const Hash& th2, std::uint32_t u) {
  return Encoded(Label::masked).hash(th2).u32(u);
}

Encoded attest_statement(const Hash& th3, std::uint32_t u) {
  return Encoded(Label::attest).hash(th3).u32(u);
}

Encoded unmask_statement(const Hash& th3, std::uint32_t u, const Hash& answer_hash) {
  return Encoded(Label::unmask).hash(th3).u32(u).hash(answer_hash);
}

Encoded void_statement(const Hash& th1, std::uint32_t u) {
  return Encoded(Label::void_).hash(th1).u32(u);
}

Encoded record_statement(ByteView record_bytes) {
  return Encoded(Label::record).bytes(record_bytes);
}

// [CERT-1, VOID-3]
Result<Bitmap> verify_quorum(const QuorumSignatures& certificate, const Bitmap& allowed,
                             std::uint32_t quorum, const std::vector<VerifyKey>& identity_keys,
                             const Hash& transcript, StatementOf statement) {
  if (identity_keys.size() != allowed.size()) return Reason::internal_error;
  BLINDSUM_TRY(signers, Bitmap::parse(certificate.signers, allowed.size()));
  if (!signers.subset_of(allowed)) return Reason::bad_bitmap;
  const std::vector<std::uint32_t> members = signers.members();
  if (members.size() + (fault(Fault::short_certificate) ? 1 : 0) < quorum) {
    return Reason::certificate_short;
  }
  if (members.size() != certificate.signatures.size()) return Reason::wrong_length;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Result<void> good = verify(identity_keys[members[i]], statement(transcript, members[i]),
                                     certificate.signatures[i]);
    if (good.has_error() && !fault(Fault::attestations_unverified)) return Reason::bad_signature;
  }
  return signers;
}

// [KEY-5]
Result<SealKey> channel_key(const SharedPoint& shared, const Hash& th1, std::uint32_t from,
                            std::uint32_t to) {
  if (fault(Fault::forget_direction) && from > to) return channel_key(shared, th1, to, from);
  const Hash& salt = fault(Fault::forget_th1) ? kNoHash : th1;
  return hkdf<SealKeyTag>(shared, salt, Encoded(Label::channel).u32(from).u32(to).view());
}

Result<StreamKey> pair_key(const SharedPoint& shared, const Hash& th2, std::uint32_t u,
                           std::uint32_t v) {
  const Encoded info = Encoded(Label::pair).u32(std::min(u, v)).u32(std::max(u, v));
  return hkdf<StreamKeyTag>(shared, th2, info.view());
}

Result<StreamKey> self_key(const SelfMask& self_mask, const Hash& th2, std::uint32_t u) {
  return hkdf<StreamKeyTag>(self_mask, th2, Encoded(Label::self).u32(u).view());
}

}  // namespace blindsum
