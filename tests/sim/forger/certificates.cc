// Certificates that prove nothing [CERT-1, UNMASK-1], and VOID at the wrong time [VOID-2, VOID-3].
#include <algorithm>

#include "tests/sim/forger/bits.h"
#include "tests/sim/forger/forgery.h"

namespace blindsum::sim {
namespace {

constexpr auto kPhase = ParticipantPhase::attested;

template <class Change>
std::optional<Forged> changed(ForgeScene& scene, const ToParticipant& message, Reason reason,
                              Change change) {
  const auto* honest = std::get_if<Certificate>(&message);
  const Seat& seat = scene.seat();
  if (honest == nullptr || !seat.attested) return std::nullopt;
  Certificate certificate = *honest;
  if (!change(certificate, seat)) return std::nullopt;
  return Forged{.messages = {std::move(certificate)},
                .must_refuse = MustRefuse{.reason = reason, .phase = kPhase}};
}

#define BLINDSUM_SIM_CERTIFICATE(name, reason, ...)                                           \
  std::optional<Forged> name(ForgeScene& scene, const ToParticipant& message) {               \
    return changed(                                                                           \
        scene, message,                                                                       \
        Reason::reason, [&](Certificate & c, [[maybe_unused]] const Seat& seat) __VA_ARGS__); \
  }

// One signer less, with its signature.
void drop_last_signer(QuorumSignatures& signatures, std::uint32_t n) {
  for (std::uint32_t u = n; u-- > 0;) {
    if (!has_bit(signatures.signers, u)) continue;
    clear_bit(signatures.signers, u);
    signatures.signatures.pop_back();
    return;
  }
}

BLINDSUM_SIM_CERTIFICATE(too_short, certificate_short, {
  while (count_bits(c.attestations.signers) >= seat.dealt->graph.quorum) {
    drop_last_signer(c.attestations, seat.dealt->n());
  }
  return true;
})
BLINDSUM_SIM_CERTIFICATE(nobody, certificate_short, {
  std::fill(c.attestations.signers.begin(), c.attestations.signers.end(), std::uint8_t{0});
  return c.attestations.signatures.clear(), true;
})
BLINDSUM_SIM_CERTIFICATE(miscounted, wrong_length,
                         { return c.attestations.signatures.pop_back(), true; })
BLINDSUM_SIM_CERTIFICATE(forged, bad_signature,
                         { return (c.attestations.signatures.back().bytes[8] ^= 1), true; })
BLINDSUM_SIM_CERTIFICATE(one_signer_twice, bad_signature, {
  return (c.attestations.signatures[1] = c.attestations.signatures[0]), true;
})
BLINDSUM_SIM_CERTIFICATE(other_u3, transcript_mismatch, {
  const std::uint32_t other = seat.dealt->u == 0 ? 1 : 0;
  return has_bit(c.u3, other) ? clear_bit(c.u3, other) : set_bit(c.u3, other), true;
})
BLINDSUM_SIM_CERTIFICATE(other_th2, transcript_mismatch, { return (c.th2.bytes[0] ^= 1), true; })
BLINDSUM_SIM_CERTIFICATE(padding, bad_bitmap,
                         { return set_padding(c.attestations.signers, seat.dealt->n()), true; })
BLINDSUM_SIM_CERTIFICATE(outside_signer, bad_bitmap, {
  for (std::uint32_t u = 0; u < seat.dealt->n(); ++u) {
    if (!has_bit(c.u3, u)) return set_bit(c.attestations.signers, u), true;
  }
  return false;
})

// A second unmask request, with another U3.
std::optional<Forged> second(ForgeScene& scene, const ToParticipant& message) {
  auto forged_certificate = other_u3(scene, message);
  if (!forged_certificate) return std::nullopt;
  forged_certificate->messages.insert(forged_certificate->messages.begin(), message);
  forged_certificate->must_refuse = {.reason = Reason::conflicting_answer,
                                     .phase = ParticipantPhase::unmasked};
  return forged_certificate;
}

std::optional<Forged> void_after_unmask(ForgeScene& scene, const ToParticipant& message) {
  if (!std::holds_alternative<Certificate>(message) || !scene.seat().attested) {
    return std::nullopt;
  }
  return Forged{.messages = {message, VoidRequest{}},
                .must_refuse = MustRefuse{Reason::already_unmasked, ParticipantPhase::unmasked}};
}

// It votes, and then is asked to unmask all the same.
std::optional<Forged> void_before_unmask(ForgeScene& scene, const ToParticipant& message) {
  if (!std::holds_alternative<Certificate>(message) || !scene.seat().attested) {
    return std::nullopt;
  }
  return Forged{.messages = {VoidRequest{}, message}};
}

std::optional<Forged> void_in_midst(ForgeScene&, const ToParticipant& message) {
  const bool is_midst = std::holds_alternative<Delivery>(message) ||
                        std::holds_alternative<UploadAck>(message) ||
                        std::holds_alternative<Survivors>(message);
  if (!is_midst) return std::nullopt;
  return Forged{.messages = {message, VoidRequest{}}};
}

// After a vote for the real U3: a VOID certificate of nobody, and one of signatures of nothing.
std::optional<Forged> void_certificate(ForgeScene& scene, const ToParticipant& message,
                                       Reason reason) {
  const Seat& seat = scene.seat();
  if (!std::holds_alternative<Survivors>(message) || !seat.dealt) return std::nullopt;
  VoidCertificate certificate{
      .votes = {.signers = Bytes((seat.dealt->n() + 7) / 8), .signatures = {}}};
  if (reason == Reason::bad_signature) {
    for (std::uint32_t u = 0; u < seat.dealt->graph.quorum; ++u) {
      set_bit(certificate.votes.signers, u);
      certificate.votes.signatures.push_back(Signature{});
    }
  }
  return Forged{.messages = {message, std::move(certificate)},
                .must_refuse = MustRefuse{reason, ParticipantPhase::attested}};
}

std::optional<Forged> void_of_nobody(ForgeScene& scene, const ToParticipant& message) {
  return void_certificate(scene, message, Reason::certificate_short);
}

std::optional<Forged> void_forged(ForgeScene& scene, const ToParticipant& message) {
  return void_certificate(scene, message, Reason::bad_signature);
}

}  // namespace

std::vector<Forgery> certificate_forgeries() {
  return {{"certificate_short", too_short},
          {"certificate_of_nobody", nobody},
          {"certificate_miscounted", miscounted},
          {"certificate_forged", forged},
          {"certificate_one_signer_twice", one_signer_twice},
          {"certificate_other_u3", other_u3},
          {"certificate_other_th2", other_th2},
          {"certificate_padding", padding},
          {"certificate_outside_signer", outside_signer, 1, "silent_at_receipt"},
          {"second_certificate", second}};
}

std::vector<Forgery> void_forgeries() {
  return {{"void_after_unmask", void_after_unmask},
          {"void_before_unmask", void_before_unmask},
          {"void_in_midst", void_in_midst},
          {"void_of_nobody", void_of_nobody},
          {"void_forged", void_forged}};
}

}  // namespace blindsum::sim
