#include "tests/fuzz/checked_world.h"

#include <algorithm>

#include "protocol/wire/frames.h"
#include "tests/fuzz/doctest_outside.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

constexpr std::uint64_t kChunk = 32;

// One that is not invited at first, and one upload at a time less than there are members.
WorldOptions options(std::uint32_t members) {
  WorldOptions options;
  options.members = members;
  options.invited = members - 1;
  options.limits.uploads_in_flight = 2;
  return options;
}

}  // namespace

CheckedWorld::CheckedWorld() : world_((watch_doctest(), options(kMembers))) {
  world_.accumulates = false;
}

void CheckedWorld::begin() {
  FUZZ_EXPECT(world_.start().has_value());
}

bool CheckedWorld::join(std::uint32_t i) {
  const auto* cohort = told<Cohort>(i);
  if (cohort != nullptr) member(i).join(*cohort);
  return cohort != nullptr;
}

bool CheckedWorld::receive(std::uint32_t i) {
  if (received_.contains(i)) return true;
  const auto* delivery = told<Delivery>(i);
  if (delivery == nullptr || !join(i)) return false;
  member(i).receive(*delivery);
  received_.insert(i);
  uploads_[i] = member(i).upload();
  return true;
}

std::optional<ToAggregator> CheckedWorld::chunk(std::uint32_t i, std::uint32_t how) {
  const auto* grant = told<UploadGrant>(i);
  if (grant == nullptr || !receive(i)) return std::nullopt;
  const Bytes& packed = uploads_[i];
  std::uint64_t& next = next_[i];
  if (how == 2) next = grant->offset;
  std::uint64_t from = std::min<std::uint64_t>(next, packed.size());
  if (how == 3) from = packed.size() / 2;
  const std::uint64_t size =
      how == 0 ? std::min(kChunk, packed.size() - from) : packed.size() - from;
  if (size == 0) return std::nullopt;
  next = from + size;
  const auto begin = packed.begin() + static_cast<std::ptrdiff_t>(from);
  return UploadChunk{from, Bytes(begin, begin + static_cast<std::ptrdiff_t>(size))};
}

void CheckedWorld::say(std::uint32_t i, const ToAggregator& message) {
  arrive(i, encode_in_round(offer().parameters.session_id, message), true);
}

void CheckedWorld::honest_turn(std::uint32_t i) {
  switch (world_.phase()) {
    case AggregatorPhase::advertise:
      return say(i, member(i).advert(offer()));
    case AggregatorPhase::share:
      if (join(i)) say(i, member(i).shares());
      return;
    case AggregatorPhase::mask:
      if (const auto rest = chunk(i, 2)) say(i, *rest);
      if (receive(i)) say(i, member(i).receipt());
      return;
    case AggregatorPhase::attest:
      if (told<Survivors>(i) != nullptr && receive(i))
        say(i, member(i).attest(*told<Survivors>(i)));
      return;
    case AggregatorPhase::unmask:
      if (told<Survivors>(i) == nullptr || !receive(i)) return;
      member(i).attest(*told<Survivors>(i));
      return say(i, member(i).unmask());
    case AggregatorPhase::voiding:
      return say(i, member(i).void_vote());
    case AggregatorPhase::recover:
    case AggregatorPhase::over:
      return;
  }
}

void CheckedWorld::event(AggregatorEvent event) {
  world_.event(std::move(event));
  while (!world_.waiting.empty()) {
    world_.accumulate_next(disk_broken_ ? Error(Reason::store_failed) : Error());
  }
}

void CheckedWorld::arrive(std::uint32_t i, Bytes frame, bool honest) {
  auto decoded = decode_to_aggregator(std::move(frame));
  if (decoded.has_error()) return;  // ends the session, not the round
  if (const auto* broken = std::get_if<BrokenInRound>(&*decoded)) {
    return event(MemberMalformed{index(i), broken->error});
  }
  auto* in_round = std::get_if<InRound<ToAggregator>>(&*decoded);
  if (in_round == nullptr || in_round->session_id != offer().parameters.session_id) return;
  const bool can_spoil = std::holds_alternative<UploadChunk>(in_round->message) ||
                         std::holds_alternative<Shares>(in_round->message);
  spoilt_ = spoilt_ || (!honest && can_spoil);
  event(MemberMessage{index(i), std::move(in_round->message)});
}

void CheckedWorld::pass_to_deadline() {
  if (world_.round().next_deadline()) world_.to_deadline();
}

// [RECORD-2] An ending that could not be kept may come out otherwise after a restart: the host
// keeps the record that it published first.
void CheckedWorld::crash() {
  if (disk_broken_) mend_disk();
  const auto facts = world_.store().facts(offer().parameters.session_id);
  FUZZ_EXPECT(facts.has_value());
  const bool is_kept = std::any_of(facts->begin(), facts->end(), [](const RoundFact& fact) {
    return std::holds_alternative<EndedFact>(fact);
  });
  may_end_otherwise_ = !is_kept;
  first_.erase({0, ToParticipant(VoidCertificate{}).index()});
  FUZZ_EXPECT(world_.restart().has_value());
  next_.clear();
}

void CheckedWorld::break_disk() {
  world_.store().fail_after(0);
  disk_broken_ = true;
}

void CheckedWorld::mend_disk() {
  world_.store().heal();
  disk_broken_ = false;
}

template <class M>
void CheckedWorld::check_once(std::uint32_t i, bool same_for_all) {
  const M* message = told<M>(i);
  const std::size_t kind = ToParticipant(M{}).index();
  if (message == nullptr || std::exchange(seen_[{i, kind}], message) == message) return;
  Bytes bytes = encode_in_round(offer().parameters.session_id, ToParticipant(*message));
  const auto [first, is_new] = first_.try_emplace({same_for_all ? 0 : i, kind}, bytes);
  FUZZ_EXPECT(is_new || first->second == bytes);
}

// The receipts are those of the reader's neighbours; the rest is one for all.
void CheckedWorld::check_survivors(std::uint32_t i) {
  const auto* survivors = told<Survivors>(i);
  if (survivors == nullptr) return;
  if (!survivors_) survivors_.emplace(survivors->th2, survivors->u3);
  FUZZ_EXPECT(survivors->th2 == survivors_->first && survivors->u3 == survivors_->second);
}

void CheckedWorld::check() {
  for (std::uint32_t i = 0; i < kMembers; ++i) {
    check_once<Cohort>(i, true);
    check_once<Delivery>(i, false);
    check_once<Survivors>(i, false);
    check_once<Certificate>(i, true);
    check_once<VoidCertificate>(i, true);
    check_survivors(i);
  }
  check_record();
  const bool is_over = world_.phase() == AggregatorPhase::over;
  const bool waits_for_host = world_.phase() == AggregatorPhase::recover;
  FUZZ_EXPECT(is_over || waits_for_host || world_.round().next_deadline() || record_);
}

void CheckedWorld::check_record() {
  const auto& record = world_.record();
  if (!record) return;
  if (!record_ || (may_end_otherwise_ && *record != *record_)) {
    may_end_otherwise_ = false;
    record_ = record;
    if (record->outcome == Reason::ok && !spoilt_) check_sum(*record);
  }
  FUZZ_EXPECT(*record == *record_);
}

void CheckedWorld::check_sum(const RecordContent& record) const {
  const RecordProof& proof = world_.proof();
  AggregatorWorld::Numbers included;
  for (const std::uint32_t u : Bitmap::parse(record.u3, proof.n()).value().members()) {
    const std::uint32_t roster_index = proof.adverts[u].advert.roster_index;
    for (std::uint32_t i = 0; i < kMembers; ++i) {
      if (index(i) == roster_index) included.push_back(i);
    }
  }
  FUZZ_EXPECT(world_.sum() == world_.inputs_of(included));
}

}  // namespace blindsum::fuzz
