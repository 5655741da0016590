#include "tests/sim/checks/input_check.h"

#include "crypto/sign.h"
#include "protocol/round/round_transcript.h"

namespace blindsum::sim {
namespace {

// How many different members of the cohort have signed, for certain.
std::uint32_t valid_signers(const QuorumSignatures& signatures, const std::vector<VerifyKey>& keys,
                            const Hash& transcript, StatementOf statement) {
  const auto signers = Bitmap::parse(signatures.signers, static_cast<std::uint32_t>(keys.size()));
  if (signers.has_error()) return 0;
  std::uint32_t valid = 0;
  std::size_t at = 0;
  for (const std::uint32_t u : signers->members()) {
    if (at == signatures.signatures.size()) break;
    const Signature& signature = signatures.signatures[at++];
    if (verify(keys[u], statement(transcript, u), signature).has_value()) ++valid;
  }
  return valid;
}

std::uint32_t quorum_of(const Seat::Dealt& dealt) {
  return (dealt.n() + dealt.c) / 2 + 1;
}

}  // namespace

bool InputCheck::releases(const Seat& seat, const VoidCertificate& certificate) const {
  if (!seat.dealt) return false;
  return valid_signers(certificate.votes, book_.keys(*seat.dealt), seat.dealt->th1,
                       void_statement) >= quorum_of(*seat.dealt);
}

bool InputCheck::releases(const Seat& seat, const Certificate& certificate) const {
  if (!seat.masked) return false;
  const auto u3 = Bitmap::parse(certificate.u3, seat.dealt->n());
  if (u3.has_error() || u3->has(seat.dealt->u)) return false;
  const auto th3 = hash_th3(seat.masked->th2, *u3);
  if (th3.has_error()) return false;
  return valid_signers(certificate.attestations, book_.keys(*seat.dealt), *th3, attest_statement) >=
         quorum_of(*seat.dealt);
}

void InputCheck::after(const Told& event) {
  const Seat& seat = book_.seat(event.session, event.member);
  if (!seat.receipt || released_.contains({event.session, event.member})) return;
  const auto* voided = std::get_if<VoidCertificate>(event.message);
  const auto* left_out = std::get_if<Certificate>(event.message);
  if ((voided != nullptr && releases(seat, *voided)) ||
      (left_out != nullptr && releases(seat, *left_out))) {
    released_.insert({event.session, event.member});
    statistics_.count(Group::witness, voided != nullptr ? "inputs released by VOID"
                                                        : "inputs released by a certificate");
  }
}

void InputCheck::after(const Said& event) {
  if (!std::holds_alternative<Receipt>(*event.message)) return;
  const Seat& seat = book_.seat(event.session, event.member);
  if (!seat.input) return;
  std::set<SessionId>& rounds = spent_[{event.member, *seat.input}];
  for (const SessionId& before : rounds) {
    if (before == event.session) continue;
    statistics_.count(Group::witness, "inputs sent again");
    if (!released_.contains({before, event.member})) {
      trace_.fail("member " + std::to_string(event.member) +
                  " sends an input that is spent [INPUT-3]");
    }
  }
  rounds.insert(event.session);
}

}  // namespace blindsum::sim
