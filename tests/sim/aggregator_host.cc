#include "tests/sim/aggregator_host.h"

#include <algorithm>
#include <utility>

#include "crypto/transcript.h"
#include "tests/sim/names.h"

namespace blindsum::sim {
namespace {

// How long it waits for members that are away, once enough are there; and for enough.
constexpr Instant kGathering{400};
constexpr Instant kPatience{120'000};

}  // namespace

AggregatorHost::AggregatorHost(const Stage& stage, Random random)
    : stage_(stage),
      random_(random),
      store_(stage.plan.has_disk, random_.fork()),
      idle_since_(stage.queue.now()) {
  if (stage.plan.forgery) forger_.emplace(stage, random_.fork());
  if (store_.open().has_error()) stage_.trace.fail("the store does not open");
  stage_.queue.after(kPatience, [this] { consider_start(); });
}

AggregatorHost::Kept& AggregatorHost::kept(const SessionId& session) {
  return *std::find_if(disk_.begin(), disk_.end(),
                       [&](const Kept& round) { return round.session == session; });
}

bool AggregatorHost::is_over() const {
  if (!is_up_) return false;
  const bool all_over = std::all_of(live_.begin(), live_.end(), [](const auto& entry) {
    return entry.second.machine->phase() == AggregatorPhase::over;
  });
  const bool is_idle = disk_.empty() || disk_.back().record.has_value();
  return all_over && is_idle && (disk_.size() == stage_.plan.rounds || has_given_up_);
}

// Rounds of a task are one at a time: the next when the record of the last is final [PARAM-12].
void AggregatorHost::consider_start() {
  const bool is_busy = !disk_.empty() && !disk_.back().record;
  if (!is_up_ || has_given_up_ || is_busy || disk_.size() == stage_.plan.rounds) return;
  const Instant now = stage_.queue.now();
  if (connected_.size() < stage_.plan.terms.n_min) {
    if (now - idle_since_ >= kPatience) has_given_up_ = true;
    start_due_.reset();
    return;
  }
  const bool is_full = connected_.size() == stage_.plan.members;
  const Instant pause = idle_since_ + Instant{stage_.plan.pause_ms};
  if (!start_due_) {
    start_due_ = std::max(pause, now + (is_full ? Instant{0} : kGathering));
  } else if (is_full) {
    start_due_ = std::min(*start_due_, std::max(pause, now));
  }
  if (now >= *start_due_) return start_round();
  stage_.queue.at(*start_due_, [this] { consider_start(); });
}

Offer AggregatorHost::next_offer(const Bytes& payload) {
  RoundParameters parameters = stage_.plan.terms;
  for (std::uint8_t& byte : parameters.session_id.bytes) {
    byte = static_cast<std::uint8_t>(random_.below(256));
  }
  parameters.round = disk_.size() + 1;
  parameters.payload_hash = sha256(payload).value();
  if (!disk_.empty()) {
    parameters.previous_record = record_hash(disk_.back().record->record_bytes).value();
  }
  return sign_offer(parameters, stage_.cast.aggregator()).value();
}

void AggregatorHost::start_round() {
  start_due_.reset();
  Bytes payload(static_cast<std::size_t>(stage_.plan.terms.payload_size));
  for (std::uint8_t& byte : payload) byte = static_cast<std::uint8_t>(random_.below(256));
  Offer offer = next_offer(payload);
  const SessionId session = offer.parameters.session_id;
  std::vector<std::uint32_t> invited;
  for (const std::uint32_t member : connected_) invited.push_back(Cast::roster_index(member));
  std::vector<AggregatorEffect> effects;
  stage_.trace.say([&] { return "round " + std::to_string(disk_.size() + 1) + " starts"; });
  disk_.push_back({.session = session, .payload = std::move(payload)});
  auto machine = AggregatorRound::start({stage_.cast.roster(), store_.rounds(), stage_.plan.limits},
                                        std::move(offer), invited, stage_.queue.now(), effects);
  if (stops_inside()) return;
  if (machine.has_error()) {
    disk_.pop_back();
    // A disk that fails: nothing was sent, so there is no round.
    if (machine.error() != Reason::store_failed) {
      stage_.trace.fail("a round does not start: " + machine.error().message());
    }
    stage_.queue.after(kGathering, [this] { consider_start(); });
    return;
  }
  kept(session).has_begun = true;
  live_[session].machine = std::make_unique<AggregatorRound>(*std::move(machine));
  carry_out(session, std::move(effects));
}

// [ONCE-6] What the store has goes on; what was begun is in it.
void AggregatorHost::restart() {
  const auto opened = store_.open();
  is_up_ = true;
  if (stops_inside()) return;
  if (opened.has_error()) {
    is_up_ = false;
    if (store_.disk() == nullptr || !store_.disk()->is_faulty()) {
      return stage_.trace.fail("the store does not open: " + opened.error().message());
    }
    store_.close(std::nullopt);
    stage_.queue.after(kGathering, [this] { restart(); });
    return;
  }
  stage_.trace.say([] { return "the aggregator is restored"; });
  const auto held = store_.rounds().rounds(stage_.plan.terms.task);
  if (held.has_error()) return stage_.trace.fail("the rounds cannot be read");
  for (std::size_t at = 0; at < disk_.size(); ++at) {
    const bool is_held = std::find(held->begin(), held->end(), disk_[at].session) != held->end();
    if (!is_held && !disk_[at].has_begun) {  // nothing was sent
      disk_.erase(disk_.begin() + static_cast<std::ptrdiff_t>(at--));
    } else if (!restore(disk_[at], is_held)) {
      return;
    }
  }
  stage_.network.aggregator_up();
}

// False if it dies, or fails. From the facts in the order in which they were kept.
bool AggregatorHost::restore(Kept& round, bool is_held) {
  const SessionId session = round.session;
  if (!is_held) {
    if (!round.record) stage_.trace.fail("a round that was begun is gone [ONCE-6]");
    return round.record.has_value();
  }
  round.has_begun = true;
  auto facts = store_.rounds().facts(session);
  if (facts.has_error()) {
    stage_.trace.fail("the facts of a round are gone");
    return false;
  }
  const auto added = static_cast<std::uint32_t>(
      std::count_if(facts->begin(), facts->end(),
                    [](const RoundFact& fact) { return std::holds_alternative<AddedFact>(fact); }));
  std::vector<AggregatorEffect> effects;
  auto machine =
      AggregatorRound::restore({stage_.cast.roster(), store_.rounds(), stage_.plan.limits},
                               *std::move(facts), stage_.queue.now(), effects);
  if (stops_inside()) return false;
  if (machine.has_error()) {
    stage_.trace.fail("a round is not restored: " + machine.error().message());
    return false;
  }
  const bool is_over = machine->phase() >= AggregatorPhase::voiding;
  if (round.record && !is_over) {  // [RECORD-2] its end could not be kept
    (void)store_.rounds().forget(session);
    return !stops_inside();
  }
  live_[session].machine = std::make_unique<AggregatorRound>(*std::move(machine));
  bool is_damaged = false;
  if (is_over) {
    load_result(session);
  } else if (added > 0) {
    is_damaged = !load_checkpoint(session, added);
  }
  if (store_.disk() != nullptr) stage_.statistics.count(Group::disk, "rounds restored");
  carry_out(session, std::move(effects));
  if (is_up_ && is_damaged) handle(session, AggregatorStop{.reason = Reason::checkpoint_damaged});
  return is_up_;
}

void AggregatorHost::crash(std::uint32_t detail, Instant outage) {
  outage_ = outage;
  if (detail == kAtRest) return die("at rest");
  dies_within_ = detail - kWritten;
}

void AggregatorHost::cut_power(std::uint32_t detail, Instant outage) {
  SimDisk* const disk = store_.disk();
  if (disk == nullptr || !is_up_) return;
  stage_.statistics.count(Group::fault, name_of(Fault::power_cut));
  outage_ = outage;
  const std::uint32_t survival = detail % (kSurvivals + 1);
  survival_.reset();
  if (survival < kSurvivals) survival_ = static_cast<Survival>(survival);
  disk->stop_within(detail / (kSurvivals + 1));
}

// Of a round that is not over: the next process has to find it.
void AggregatorHost::spoil_checkpoint(Instant outage) {
  if (!is_up_ || disk_.empty()) return;
  Kept& round = disk_.back();
  const auto live = live_.find(round.session);
  if (live == live_.end() || live->second.durable == 0) return;
  if (live->second.machine->phase() >= AggregatorPhase::voiding) return;
  if (!store_.spoil_checkpoint(round.session)) return;
  stage_.statistics.count(Group::fault, name_of(Fault::checkpoint_spoilt));
  round.is_spoilt = true;
  outage_ = outage;
  die("its checkpoint is spoilt");
}

bool AggregatorHost::stops_inside() {
  if (!store_.is_stopped()) return false;
  stage_.statistics.count(Group::disk, "crashes inside an operation");
  die("inside the store");
  return true;
}

void AggregatorHost::die(const std::string& where) {
  dies_within_.reset();
  if (!is_up_) return;
  const std::uint64_t torn = store_.disk() != nullptr ? store_.disk()->torn() : 0;
  store_.close(survival_);
  if (store_.disk() != nullptr && store_.disk()->torn() > torn) {
    stage_.statistics.count(Group::disk, "torn writes", store_.disk()->torn() - torn);
  }
  survival_.reset();
  const auto round = disk_.empty() ? live_.end() : live_.find(disk_.back().session);
  const std::string phase(round == live_.end() ? "no round"
                                               : name_of(round->second.machine->phase()));
  stage_.trace.say([&] { return "the aggregator dies: " + phase + ", " + where; });
  stage_.statistics.count(Group::fault, name_of(Fault::aggregator_crash));
  stage_.statistics.count(Group::crash, phase + ", " + where);
  is_up_ = false;
  ++incarnation_;
  live_.clear();
  connected_.clear();
  start_due_.reset();
  stage_.watch.aggregator_crashed();
  stage_.network.aggregator_down();
  stage_.queue.after(outage_, [this] { restart(); });
}

void AggregatorHost::break_disk(std::uint32_t after_writes, Instant outage) {
  has_failed_disk_ = true;
  store_.break_within(after_writes, outage.count() % 2 == 0);
  // Whoever looks after it restarts what cannot go on.
  stage_.queue.after(outage, [this] {
    store_.heal();
    if (!is_up_ || !store_.rounds().broken()) return;
    stage_.statistics.count(Group::disk, "restarts after a failing fsync");
    outage_ = kGathering;
    die("its disk failed");
  });
}

void AggregatorHost::drain() {
  if (!is_up_ || disk_.empty() || disk_.back().record) return;
  stage_.statistics.count(Group::fault, name_of(Fault::drain));
  handle(disk_.back().session, AggregatorStop{.reason = Reason::server_draining});
}

void AggregatorHost::on_connected(std::uint32_t member) {
  connected_.insert(member);
  for (const Kept& round : disk_) {
    handle(round.session, MemberConnected{.roster_index = Cast::roster_index(member)});
    if (!is_up_) return;
    send_record(round.session, member);
  }
  consider_start();
}

void AggregatorHost::on_disconnected(std::uint32_t member) {
  connected_.erase(member);
  for (const Kept& round : disk_) {
    handle(round.session, MemberDisconnected{.roster_index = Cast::roster_index(member)});
    if (!is_up_) return;
  }
}

void AggregatorHost::on_frame(std::uint32_t member, Frame frame) {
  auto decoded = decode_to_aggregator(*frame.bytes);
  if (decoded.has_error()) {  // [WIRE-2]
    stage_.trace.say([&] { return "garbage from member " + std::to_string(member); });
    stage_.network.cut(member, Instant{0});
    return;
  }
  const std::uint32_t roster_index = Cast::roster_index(member);
  if (const auto* broken = std::get_if<BrokenInRound>(&*decoded)) {
    if (!live_.contains(broken->session_id)) return;
    return step(broken->session_id,
                MemberMalformed{.roster_index = roster_index, .error = broken->error}, frame,
                member);
  }
  auto* message = std::get_if<InRound<ToAggregator>>(&*decoded);
  if (message == nullptr) return;
  if (!live_.contains(message->session_id)) {  // [WIRE-5]
    const ToParticipant answer = Rejection{.reason = Reason::wrong_round, .detail = {}};
    auto bytes = std::make_shared<const Bytes>(encode_in_round(message->session_id, answer));
    return stage_.network.to_member(member, {.bytes = std::move(bytes)});
  }
  const SessionId session = message->session_id;
  if (std::holds_alternative<SignedAdvert>(message->message)) {
    live_.at(session).adverted.insert(member);
  }
  step(session, MemberMessage{.roster_index = roster_index, .message = std::move(message->message)},
       frame, member);
}

// A message that has to be rejected, if it comes in its phase.
void AggregatorHost::step(const SessionId& session, AggregatorEvent event, const Frame& frame,
                          std::uint32_t member) {
  AggregatorRound& machine = *live_.at(session).machine;
  const bool is_due = frame.must_reject && frame.must_reject->phase == machine.phase();
  std::vector<AggregatorEffect> effects = machine.handle(std::move(event), stage_.queue.now());
  if (stops_inside()) return;
  const bool is_rejected =
      std::any_of(effects.begin(), effects.end(), [&](const AggregatorEffect& effect) {
        const auto* rejected = std::get_if<MemberRejected>(&effect);
        return rejected != nullptr && rejected->roster_index == Cast::roster_index(member) &&
               (!is_due || rejected->reason == frame.must_reject->reason ||
                rejected->reason == Reason::wrong_phase);
      });
  if (is_due && !is_rejected) {
    stage_.trace.fail("the aggregator has to reject what member " + std::to_string(member) +
                      " says, with " + std::string(blindsum::name_of(frame.must_reject->reason)));
  }
  carry_out(session, std::move(effects));
}

void AggregatorHost::handle(const SessionId& session, AggregatorEvent event) {
  const auto round = live_.find(session);
  if (round == live_.end()) return;
  auto effects = round->second.machine->handle(std::move(event), stage_.queue.now());
  if (!stops_inside()) carry_out(session, std::move(effects));
}

void AggregatorHost::arm_timer(const SessionId& session) {
  consider_checkpoint(session);
  const auto round = live_.find(session);
  if (round == live_.end()) return;
  Live& live = round->second;
  const auto deadline = live.machine->next_deadline();
  if (!deadline || (live.armed && *live.armed <= *deadline)) return;
  live.armed = deadline;
  const auto when = *deadline;
  stage_.queue.at(when, [this, when, session, incarnation = incarnation_] {
    const auto then = live_.find(session);
    if (incarnation != incarnation_ || then == live_.end() || then->second.armed != when) return;
    then->second.armed.reset();
    handle(session, AggregatorTick{});
  });
}

}  // namespace blindsum::sim
