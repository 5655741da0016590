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

QuorumSignatures SignatureCollector::lowest(std::uint32_t most, std::uint32_t n) const {
  QuorumSignatures chosen;
  Bitmap signers(n);
  for (const auto& [u, signature] : signatures_) {
    if (chosen.signatures.size() == most) break;
    signers.add(u);
    chosen.signatures.push_back(signature);
  }
  chosen.signers.assign(signers.bytes().begin(), signers.bytes().end());
  return chosen;
}

}  // namespace blindsum::detail::aggregator
