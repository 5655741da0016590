// Signatures of members over one statement each, as they come in: attestations and VOID votes. What
// is in it has been verified; that is why a certificate made of it needs no second look.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "protocol/round/bitmap.h"
#include "protocol/round/messages.h"
#include "protocol/round/round_transcript.h"

namespace blindsum::detail::aggregator {

class SignatureCollector {
 public:
  // statement(transcript, u) is what member u signs.
  SignatureCollector(StatementOf statement, const Hash& transcript)
      : statement_(statement), transcript_(transcript) {}

  // The first of a member counts; more are not looked at. Errors: bad_signature.
  [[nodiscard]] Result<void> add(std::uint32_t u, const VerifyKey& key, const Signature& signature);

  bool is_of(StatementOf statement, const Hash& transcript) const {
    return statement_ == statement && transcript_ == transcript;
  }
  Encoded text(std::uint32_t u) const { return statement_(transcript_, u); }
  bool contains(std::uint32_t u) const { return signatures_.contains(u); }
  const Signature* find(std::uint32_t u) const;  // nullptr if it has not signed
  std::uint32_t count() const { return static_cast<std::uint32_t>(signatures_.size()); }
  Bitmap signers(std::uint32_t n) const;
  // Of the `most` signers with the lowest indices, ascending: a certificate needs no more than a
  // quorum, and each that it has is sent to everybody and verified by everybody.
  QuorumSignatures lowest(std::uint32_t most, std::uint32_t n) const;

 private:
  StatementOf statement_;
  Hash transcript_;
  std::map<std::uint32_t, Signature> signatures_;
};

}  // namespace blindsum::detail::aggregator
