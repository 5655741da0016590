#include "protocol/round/aggregator/signature_collector.h"

#include "crypto/sign.h"
#include "faults/faults.h"

namespace blindsum::detail::aggregator {

Result<void> SignatureCollector::add(std::uint32_t u, const VerifyKey& key,
                                     const Signature& signature) {
  if (signatures_.contains(u)) return {};
  if (!fault(Fault::attestation_unverified)) BLINDSUM_CHECK(verify(key, text(u), signature));
  signatures_.emplace(u, signature);
  return {};
}

const Signature* SignatureCollector::find(std::uint32_t u) const {
  const auto found = signatures_.find(u);
  return found == signatures_.end() ? nullptr : &found->second;
}

Bitmap SignatureCollector::signers(std::uint32_t n) const {
  Bitmap bitmap(n);
  for (const auto& [u, signature] : signatures_) bitmap.add(u);
  return bitmap;
}

QuorumSignatures SignatureCollector::signatures(std::uint32_t n) const {
  QuorumSignatures all;
  const Bitmap bitmap = signers(n);
  all.signers.assign(bitmap.bytes().begin(), bitmap.bytes().end());
  all.signatures.reserve(signatures_.size());
  for (const auto& [u, signature] : signatures_) all.signatures.push_back(signature);
  return all;
}

}  // namespace blindsum::detail::aggregator
