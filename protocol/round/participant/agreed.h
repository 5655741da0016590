// What a participant has established, as types that only the check can make: whoever holds an
// AgreedDelivery knows that every rule of row 3 of the round held, and masking cannot be called
// without one. Internal to the participant's machine.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/sign.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/messages.h"
#include "protocol/round/participant_round.h"
#include "protocol/round/round_transcript.h"

namespace blindsum::detail::participant {

// Row 1: offer and payload are acceptable to the policy, and on disk. Errors: those of
// accept_offer, wrong_payload, unknown_member, store_failed.
class AcceptedOffer {
 public:
  [[nodiscard]] static Result<AcceptedOffer> check(const ParticipantContext& context,
                                                   const OfferReceived& received);

  const RoundParameters& parameters() const { return offer_.parameters; }
  const Bytes& bytes() const { return offer_.parameter_bytes; }
  const Hash& th0() const { return th0_; }
  const SessionId& session() const { return offer_.parameters.session_id; }

 private:
  AcceptedOffer(Offer offer, const Hash& th0) : offer_(std::move(offer)), th0_(th0) {}

  Offer offer_;
  Hash th0_;
};

// Row 2: the cohort. Errors: bad_order, not_in_cohort, own_advert_changed, unknown_member,
// bad_signature, those of accept_cohort.
class AgreedCohort {
 public:
  [[nodiscard]] static Result<AgreedCohort> check(const ParticipantContext& context,
                                                  const AcceptedOffer& offer,
                                                  const SignedAdvert& own, const Cohort& cohort);

  std::uint32_t n() const { return static_cast<std::uint32_t>(adverts_.size()); }
  std::uint32_t u() const { return u_; }  // this participant
  const Hash& th1() const { return th1_; }
  const GraphParameters& graph() const { return graph_; }
  bool complete() const { return graph_.k == n() - 1; }
  const Advert& advert(std::uint32_t v) const { return adverts_[v]; }
  const std::vector<VerifyKey>& keys() const { return keys_; }
  KeptCohort kept(const Bytes& parameter_bytes) const;

 private:
  AgreedCohort() = default;

  std::uint32_t u_ = 0;
  Hash th1_;
  GraphParameters graph_{};
  std::vector<Advert> adverts_;  // by cohort index
  std::vector<VerifyKey> keys_;  // likewise
};

// Cohort indices, ascending.
using Members = std::vector<std::uint32_t>;
// bad_order unless strictly ascending; then all that are expected, and no other.
[[nodiscard]] Result<void> check_exactly(const Members& got, const Members& expected,
                                         Reason missing, Reason unexpected);

// The U2 of a delivery. Errors: bad_bitmap, too_few_survivors.
[[nodiscard]] Result<Bitmap> check_u2(const AgreedCohort& cohort, const Delivery& delivery);

// Row 3: U2, which has this participant, and everybody to mask with. Errors: U2-4 to U2-8.
class AgreedDelivery {
 public:
  [[nodiscard]] static Result<AgreedDelivery> check(const AgreedCohort& cohort,
                                                    const Members& picks, const Bitmap& u2,
                                                    const Delivery& delivery);

  const Bitmap& u2() const { return u2_; }
  const Hash& th2() const { return th2_; }
  const Members& in_neighbours() const { return in_neighbours_; }
  const Members& neighbours() const { return neighbours_; }  // M_u: picks in U2, in-neighbours

 private:
  AgreedDelivery() = default;

  Bitmap u2_;
  Hash th2_;
  Members in_neighbours_;
  Members neighbours_;
};

// Row 4: th3, and a valid receipt of every in-neighbour in U3. Errors: ATTEST-2.
class AgreedSurvivors {
 public:
  [[nodiscard]] static Result<AgreedSurvivors> check(const AgreedCohort& cohort,
                                                     const AgreedDelivery& delivery,
                                                     const Survivors& survivors);

  const Bitmap& u3() const { return u3_; }
  const Hash& th3() const { return th3_; }

 private:
  AgreedSurvivors() = default;

  Bitmap u3_;
  Hash th3_;
};

// What a certificate is checked against: in memory, or from disk after a restart.
struct CertificateBasis {
  const Hash& th2;
  const Bitmap& u2;
  std::uint32_t quorum;
  std::uint32_t survivors;
  const std::vector<VerifyKey>& keys;
};
[[nodiscard]] CertificateBasis basis(const AgreedCohort& cohort, const AgreedDelivery& delivery);

// CERT-1 under th2 and U2 of the basis. Errors: transcript_mismatch, bad_bitmap, not_in_u2,
// too_few_survivors, those of verify_quorum.
class VerifiedCertificate {
 public:
  [[nodiscard]] static Result<VerifiedCertificate> check(const CertificateBasis& basis,
                                                         const Certificate& certificate);

  const Bitmap& u3() const { return u3_; }

 private:
  explicit VerifiedCertificate(Bitmap u3) : u3_(std::move(u3)) {}

  Bitmap u3_;
};

// Of a cohort on disk (void.cc).
[[nodiscard]] std::optional<std::uint32_t> find_member(const KeptCohort& cohort,
                                                       std::uint32_t roster_index);
[[nodiscard]] std::vector<VerifyKey> keys_of(const KeptCohort& cohort);

// Row 5: a valid certificate of the very th3 that this participant signed; what unmasking takes.
// Errors: as VerifiedCertificate.
class UnmaskRight {
 public:
  [[nodiscard]] static Result<UnmaskRight> check(const AgreedCohort& cohort,
                                                 const AgreedDelivery& delivery,
                                                 const AgreedSurvivors& survivors,
                                                 const Certificate& certificate);

  const Hash& th3() const { return th3_; }

 private:
  explicit UnmaskRight(const Hash& th3) : th3_(th3) {}

  Hash th3_;
};

}  // namespace blindsum::detail::participant
