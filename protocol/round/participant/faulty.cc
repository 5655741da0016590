#include "protocol/round/participant/faulty.h"

#include <utility>

namespace blindsum::detail::participant {

Result<Secrets> same_secrets() {
  const auto scalar = [](std::uint8_t value) {
    Bytes bytes(scalar_bytes);
    bytes.front() = value;
    return bytes;
  };
  BLINDSUM_TRY(mask, MaskKey::from(scalar(101)));
  BLINDSUM_TRY(channel, ChannelKey::from(scalar(102)));
  BLINDSUM_TRY(self, SelfMask::from(scalar(103)));
  return Secrets{.mask = std::move(mask), .channel = std::move(channel), .self = std::move(self)};
}

std::vector<ChosenShare> choose_both(std::vector<HeldItem> held) {
  std::vector<ChosenShare> both;
  for (HeldItem& item : held) {
    ChosenShare self{.from = item.from, .kind = ShareKind::self_mask, .share = std::nullopt};
    ChosenShare mask{.from = item.from, .kind = ShareKind::mask_key, .share = std::nullopt};
    const bool is_held = item.shares.has_value();
    if (is_held) {
      self.share = std::move(item.shares->self_share);
      mask.share = std::move(item.shares->mask_share);
    }
    both.push_back(std::move(self));
    if (is_held) both.push_back(std::move(mask));
  }
  return both;
}

bool is_not_asked(const ChosenShare& chosen, const Certificate& request, std::uint32_t n) {
  const Result<Bitmap> u3 = Bitmap::parse(request.u3, n);
  if (u3.has_error() || !chosen.share) return false;
  return (chosen.kind == ShareKind::self_mask) != u3->has(chosen.from);
}

std::optional<Attestation> attest_again(const State& state, const Survivors& message,
                                        const SigningKey& identity) {
  const auto* const attested = std::get_if<Attested>(&state);
  if (attested == nullptr) return std::nullopt;
  const auto second = AgreedSurvivors::check(attested->cohort, attested->delivery, message);
  if (second.has_error()) return std::nullopt;
  const auto signature = identity.sign(attest_statement(second->th3(), attested->cohort.u()));
  if (signature.has_error()) return std::nullopt;
  return Attestation{.signature = *signature};
}

}  // namespace blindsum::detail::participant
