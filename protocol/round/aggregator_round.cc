#include "protocol/round/aggregator_round.h"

#include <algorithm>
#include <utility>

#include "protocol/round/aggregator/state.h"

namespace blindsum {

using detail::aggregator::Masking;
using detail::aggregator::Over;
using detail::aggregator::Shared;
using detail::aggregator::State;
using detail::aggregator::Turn;

struct AggregatorRound::Impl {
  Shared shared;
  State state;
};

namespace {

Result<Shared> open(AggregatorContext context, Offer offer, std::vector<std::uint32_t> invited) {
  BLINDSUM_CHECK(verify_offer(offer));  // [PARAM-13]
  const RoundParameters& parameters = offer.parameters;
  if (parameters.roster_epoch != context.roster.epoch() ||
      parameters.roster_hash != context.roster.hash()) {
    return Reason::roster_mismatch;
  }
  for (const std::uint32_t member : invited) {
    if (context.roster.find(member) == nullptr) return Reason::unknown_member;
  }
  BLINDSUM_TRY(th0, hash_th0(offer.parameter_bytes));
  RecordContent record;
  record.offer = offer;
  record.th0 = th0;
  record.previous_record = parameters.previous_record;
  return Shared{.context = context,
                .offer = std::move(offer),
                .th0 = th0,
                .invited = {invited.begin(), invited.end()},
                .connected = {},
                .gone = {},
                .early_votes = {},
                .conflicts = {},
                .holds_proof = {},
                .record = std::move(record),
                .proof = {}};
}

// The states stand in the order of AggregatorPhase.
static_assert(std::variant_size_v<State> == static_cast<std::size_t>(AggregatorPhase::over) + 1);
static_assert(std::is_same_v<
              std::variant_alternative_t<static_cast<std::size_t>(AggregatorPhase::mask), State>,
              Masking>);
static_assert(
    std::is_same_v<
        std::variant_alternative_t<static_cast<std::size_t>(AggregatorPhase::over), State>, Over>);

}  // namespace

AggregatorRound::AggregatorRound(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AggregatorRound::AggregatorRound(AggregatorRound&&) noexcept = default;
AggregatorRound::~AggregatorRound() = default;

Result<AggregatorRound> AggregatorRound::start(AggregatorContext context, Offer offer,
                                               std::vector<std::uint32_t> invited, Instant now,
                                               std::vector<AggregatorEffect>& effects) {
  BLINDSUM_TRY(shared, open(context, std::move(offer), std::move(invited)));
  shared.connected = shared.invited;
  if (shared.invited.size() < shared.offer.parameters.n_min) return Reason::too_few_members;
  const std::vector<std::uint32_t> members(shared.invited.begin(), shared.invited.end());
  const SessionId& id = shared.offer.parameters.session_id;
  if (context.store.keep(id, OfferedFact{shared.offer, members}).has_error()) {
    return Reason::store_failed;
  }
  auto impl = std::make_unique<Impl>(Impl{std::move(shared), State()});
  Turn turn(impl->shared, now, effects);
  impl->state = begin_advertising(turn);
  turn.send(members, impl->shared.offer);
  return AggregatorRound(std::move(impl));
}

Result<AggregatorRound> AggregatorRound::restore(AggregatorContext context,
                                                 std::vector<RoundFact> facts, Instant now,
                                                 std::vector<AggregatorEffect>& effects) {
  if (facts.empty()) return Reason::internal_error;
  auto* const offered = std::get_if<OfferedFact>(&facts.front());
  if (offered == nullptr) return Reason::internal_error;
  BLINDSUM_TRY(shared, open(context, offered->offer, offered->roster_indices));
  auto impl = std::make_unique<Impl>(Impl{std::move(shared), State()});
  Turn turn(impl->shared, now, effects);
  BLINDSUM_TRY(state, restore_state(turn, std::move(facts)));
  impl->state = settle_all(std::move(state), turn);
  return AggregatorRound(std::move(impl));
}

std::vector<AggregatorEffect> AggregatorRound::handle(AggregatorEvent event, Instant now) {
  std::vector<AggregatorEffect> effects;
  Turn turn(impl_->shared, now, effects);
  handle_event(impl_->state, turn, std::move(event));
  impl_->state = settle_all(std::move(impl_->state), turn);
  return effects;
}

std::optional<Instant> AggregatorRound::next_deadline() const {
  return std::visit(
      []<class S>(const S& state) -> std::optional<Instant> {
        if constexpr (std::is_same_v<S, Masking>) {
          if (state.closing) return std::nullopt;
          return std::min(state.deadline, state.uploads.next_deadline().value_or(state.deadline));
        } else if constexpr (requires { state.deadline; }) {
          return state.deadline;
        } else {
          return std::nullopt;
        }
      },
      impl_->state);
}

AggregatorPhase AggregatorRound::phase() const {
  return static_cast<AggregatorPhase>(impl_->state.index());
}

bool AggregatorRound::holds_proof(std::uint32_t roster_index) const {
  return impl_->shared.holds_proof.contains(roster_index);
}

bool AggregatorRound::expects_chunk_from(std::uint32_t roster_index) const {
  const auto* const masking = std::get_if<Masking>(&impl_->state);
  if (masking == nullptr || masking->closing) return false;
  const auto u = masking->cohort->index_of(roster_index);
  return u && masking->uploads.expects_bytes(*u);
}

}  // namespace blindsum
