#include "tests/sim/names.h"

#include "protocol/round/reason.h"

namespace blindsum::sim {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

std::string with(const char* what, Reason reason) {
  return std::string(what) + "{" + std::string(blindsum::name_of(reason)) + "}";
}

}  // namespace

std::string name_of(const ToAggregator& message) {
  return std::visit(Overloaded{
                        [](const SignedAdvert&) -> std::string { return "Advert"; },
                        [](const Shares&) -> std::string { return "Shares"; },
                        [](const UploadChunk& chunk) {
                          return "Chunk{" + std::to_string(chunk.offset) + "+" +
                                 std::to_string(chunk.data.size()) + "}";
                        },
                        [](const Receipt&) -> std::string { return "Receipt"; },
                        [](const Attestation&) -> std::string { return "Attestation"; },
                        [](const Unmask&) -> std::string { return "Unmask"; },
                        [](const VoidVote&) -> std::string { return "Void"; },
                        [](const Refusal& refusal) { return with("Refusal", refusal.reason); },
                    },
                    message);
}

std::string name_of(const ToParticipant& message) {
  return std::visit(
      Overloaded{
          [](const Offer& offer) {
            return "Offer{" + std::to_string(offer.parameters.round) + "}";
          },
          [](const Cohort& cohort) {
            return "Cohort{" + std::to_string(cohort.adverts.size()) + "}";
          },
          [](const Delivery& delivery) { return "Delivery{u2 " + to_hex(delivery.u2) + "}"; },
          [](const UploadGrant& grant) {
            return "UploadGrant{" + std::to_string(grant.offset) + "}";
          },
          [](const UploadAck&) -> std::string { return "UploadAccepted"; },
          [](const Survivors& survivors) {
            return "AttestRequest{u3 " + to_hex(survivors.u3) + "}";
          },
          [](const Certificate& certificate) {
            return "UnmaskRequest{u3 " + to_hex(certificate.u3) + ", signers " +
                   to_hex(certificate.attestations.signers) + "}";
          },
          [](const VoidRequest&) -> std::string { return "VoidRequest"; },
          [](const VoidCertificate&) -> std::string { return "VoidCertificate"; },
          [](const RoundRecord&) -> std::string { return "RoundResult"; },
          [](const RoundAborted& aborted) { return with("RoundAborted", aborted.reason); },
          [](const Rejection& rejection) { return with("Rejected", rejection.reason); },
      },
      message);
}

}  // namespace blindsum::sim
