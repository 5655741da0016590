// Phase 1 at the participant: the offer, and the advert that answers it (SPEC.md, chapters 6 and
// 10).
#include "faults/faults.h"
#include "protocol/round/participant/faulty.h"
#include "protocol/round/participant/state.h"

namespace blindsum::detail::participant {
namespace {

constexpr UnixSeconds kDay = 24 * 3600;

Result<PolicyHistory> read_history(ParticipantStore& store, const RoundParameters& parameters,
                                   UnixSeconds wall_now) {
  PolicyHistory history;
  BLINDSUM_TRY(roster, store.newest_roster());
  if (roster) {
    history.newest_epoch = roster->epoch;
    history.newest_roster_hash = roster->hash;
  }
  BLINDSUM_TRY(last_round, store.last_round(parameters.task));
  history.last_round = last_round;
  // [POLICY-7] A clock that was set back must not open the day anew: the future counts, too.
  BLINDSUM_TRY(rounds, store.rounds_since(wall_now > kDay ? wall_now - kDay : 0));
  history.rounds_last_day = rounds;
  BLINDSUM_TRY(seen, store.find_round(parameters.session_id));
  history.session_seen = seen.has_value();
  BLINDSUM_TRY(record, store.last_record(parameters.task));
  if (record && record->round == parameters.round - 1) history.previous_record = record->hash;
  return history;
}

// [DISK-2] What has to be on disk before the advert leaves.
Result<void> keep_begin(ParticipantStore& store, const Roster& roster,
                        const RoundParameters& parameters, UnixSeconds wall_now) {
  BLINDSUM_CHECK(store.keep_roster({.epoch = roster.epoch(), .hash = roster.hash()}));
  return store.begin_round(parameters.session_id, parameters.task, parameters.round, wall_now);
}

// [KEY-4]
Result<Secrets> draw_secrets(Entropy& entropy) {
  if (fault(Fault::secrets_reused)) return same_secrets();
  BLINDSUM_TRY(mask, random_scalar<MaskKeyTag>(entropy));
  BLINDSUM_TRY(channel, random_scalar<ChannelKeyTag>(entropy));
  BLINDSUM_TRY(self, random_scalar<SelfMaskTag>(entropy));
  return Secrets{.mask = std::move(mask), .channel = std::move(channel), .self = std::move(self)};
}

// [ADVERT-1]
Result<SignedAdvert> make_advert(const ParticipantContext& context, const Hash& th0,
                                 const Secrets& secrets) {
  BLINDSUM_TRY(mask_point, public_point(secrets.mask));
  BLINDSUM_TRY(channel_point, public_point(secrets.channel));
  BLINDSUM_TRY(self_point, public_point(secrets.self));
  const Advert advert{.roster_index = context.roster_index,
                      .mask_point = mask_point,
                      .channel_point = channel_point,
                      .self_point = self_point};
  BLINDSUM_TRY(signature, context.identity.sign(advert_statement(th0, advert)));
  return SignedAdvert{.advert = advert, .signature = signature};
}

Result<Advertised> advertise(const OfferReceived& received, Scene& scene) {
  const ParticipantContext& context = scene.context;
  BLINDSUM_TRY(offer, AcceptedOffer::check(context, received));
  const Result<void> kept =
      keep_begin(context.store, context.roster, offer.parameters(), received.wall_now);
  if (kept.has_error()) return store_error(kept.error());
  BLINDSUM_TRY(secrets, draw_secrets(context.entropy));
  BLINDSUM_TRY(own, make_advert(context, offer.th0(), secrets));
  return Advertised{
      .offer = std::move(offer), .secrets = std::move(secrets), .own = own, .input = std::nullopt};
}

Instant sum_of(const PhaseLimits& limits) {
  return Instant{limits.advertise_ms} + Instant{limits.share_ms} + Instant{limits.mask_ms} +
         Instant{limits.attest_ms} + Instant{limits.unmask_ms};
}

}  // namespace

// [POLICY-2, OFFER-1, OFFER-2] The store is asked only about parameters that are well formed.
Result<AcceptedOffer> AcceptedOffer::check(const ParticipantContext& context,
                                           const OfferReceived& received) {
  const RoundParameters& parameters = received.offer.parameters;
  BLINDSUM_CHECK(check_parameters(parameters));
  const Result<PolicyHistory> history = read_history(context.store, parameters, received.wall_now);
  if (history.has_error()) return store_error(history.error());
  BLINDSUM_CHECK(
      accept_offer(context.policy, *history, context.roster, received.offer, received.wall_now));
  const bool is_payload = received.payload_size == parameters.payload_size &&
                          received.payload_hash == parameters.payload_hash;
  if (!is_payload && !fault(Fault::payload_unchecked)) {
    return Reason::wrong_payload;
  }
  const RosterMember* self = context.roster.find(context.roster_index);
  if (self == nullptr || self->key != context.identity.verify_key()) return Reason::unknown_member;
  BLINDSUM_TRY(th0, hash_th0(received.offer.parameter_bytes));
  return AcceptedOffer(received.offer, th0);
}

State on(Idle /*state*/, OfferReceived event, Scene& scene) {
  Ledger& ledger = scene.ledger;
  ledger.session = event.offer.parameters.session_id;
  Result<Advertised> next = advertise(event, scene);
  if (next.has_error()) return refuse(next.error(), scene);
  ledger.started = scene.now;
  ledger.th0 = next->offer.th0();
  ledger.limit = sum_of(next->offer.parameters().limits);
  ledger.once.offer = {.heard = std::move(event.offer), .answer = next->own};
  scene.send(next->own);
  scene.effects.emplace_back(NeedInput{});
  return *std::move(next);
}

}  // namespace blindsum::detail::participant
