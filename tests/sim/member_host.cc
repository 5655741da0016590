#include "tests/sim/member_host.h"

#include <algorithm>
#include <utility>

#include "crypto/transcript.h"
#include "protocol/wire/documents.h"
#include "tests/sim/names.h"

namespace blindsum::sim {
namespace {

constexpr std::uint32_t kBackoffMs = 50;

}  // namespace

MemberHost::MemberHost(const Stage& stage, std::uint32_t member, Random random)
    : stage_(stage), member_(member), random_(random), plan_(stage.plan.member[member]) {
  for (const LiePlan& lie : stage.plan.lies) {
    if (lie.member == member)
      liar_ = std::make_unique<Liar>(stage, member, lie.lie, random_.fork());
  }
  // An older roster than one that this member saw is what a disk remembers.
  if (plan_.newest_epoch > 0) {
    (void)disk_.keep_roster({.epoch = plan_.newest_epoch, .hash = Hash{}});
  }
}

void MemberHost::start() {
  is_running_ = true;
  stage_.network.want(member_);
}

void MemberHost::leave_round() {
  if (is_over()) return;
  count_loss(Fault::member_leaves);
  step(ParticipantStop{});
}

void MemberHost::break_disk(std::uint32_t after_writes, bool is_torn, Instant outage) {
  using Disk = MemoryParticipantStore::Fault;
  disk_.fail_writes_after(after_writes, is_torn ? Disk::torn : Disk::lost);
  stage_.queue.after(outage, [this] { disk_ = disk_.restarted(); });
}

void MemberHost::on_disconnected() {
  incoming_.reset();
  sending_.reset();
  if (held_) step(SessionLost{});
}

void MemberHost::on_frame(Frame frame) {
  const auto decoded = decode_to_participant(*frame.bytes);
  if (decoded.has_error()) {
    stage_.trace.say([&] { return "member " + std::to_string(member_) + " hears garbage"; });
    stage_.network.cut(member_, Instant{random_.below(kBackoffMs)});
    return;
  }
  const ParticipantPhase before = is_over() ? ParticipantPhase::idle : held_->machine.phase();
  heard_.reset();
  // Of an offer that was given up with its connection, the payload may still come.
  const bool is_stale = std::holds_alternative<PayloadChunk>(*decoded) && !incoming_;
  if (const auto* chunk = std::get_if<PayloadChunk>(&*decoded)) {
    take_payload(*chunk);
  } else if (const auto* message = std::get_if<InRound<ToParticipant>>(&*decoded)) {
    stage_.trace.say(
        [&] { return "member " + std::to_string(member_) + " <- " + name_of(message->message); });
    take_message(message->session_id, message->message);
  } else if (const auto* broken = std::get_if<BrokenInRound>(&*decoded)) {
    if (held_ && held_->session == broken->session_id) step(Malformed{broken->error});
  }
  const bool is_due =
      frame.must_refuse && frame.must_refuse->phase == before && is_running_ && !is_stale;
  if (is_due && heard_ != frame.must_refuse->reason) {
    stage_.trace.fail("member " + std::to_string(member_) + " has to refuse with " +
                      std::string(blindsum::name_of(frame.must_refuse->reason)) + ", and says " +
                      std::string(heard_ ? blindsum::name_of(*heard_) : "nothing"));
  }
}

void MemberHost::take_message(const SessionId& session, ToParticipant message) {
  if (auto* offer = std::get_if<Offer>(&message)) return take_offer(std::move(*offer));
  stage_.watch.see(Told{.session = session, .member = member_, .message = &message});
  if (const auto* record = std::get_if<RoundRecord>(&message)) take_record(session, *record);
  if (!held_ || held_->session != session) return answer_from_disk(session, message);
  if (const auto* rejection = std::get_if<Rejection>(&message);
      rejection != nullptr && rejection->reason == Reason::upload_stalled) {
    sending_.reset();
  }
  std::visit(
      [&]<class M>(M&& one) {
        if constexpr (!std::is_same_v<std::decay_t<M>, Offer>) step(std::forward<M>(one));
      },
      std::move(message));
}

void MemberHost::take_offer(Offer offer) {
  if (held_ && held_->session == offer.parameters.session_id && !incoming_) {
    // The same again, or another one under the same name.
    OfferReceived again = held_->offer;
    again.offer = std::move(offer);
    const ToParticipant message = again.offer;
    stage_.watch.see(Told{.session = held_->session, .member = member_, .message = &message});
    return step(std::move(again));
  }
  incoming_ = Incoming{.offer = std::move(offer), .payload = {}};
  if (incoming_->offer.parameters.payload_size == 0) offer_complete();
}

void MemberHost::take_payload(const PayloadChunk& chunk) {
  if (!incoming_ || incoming_->offer.parameters.session_id != chunk.session_id) return;
  const std::uint64_t size = incoming_->offer.parameters.payload_size;
  if (chunk.offset != incoming_->payload.size()) return;
  put_bytes(incoming_->payload, chunk.data);
  // More than was announced is as wrong as another hash.
  if (incoming_->payload.size() >= size) offer_complete();
}

void MemberHost::offer_complete() {
  Incoming incoming = *std::exchange(incoming_, std::nullopt);
  const auto hash = sha256(incoming.payload);
  if (hash.has_error()) return stage_.trace.fail("a payload could not be hashed");
  begin_round({.offer = std::move(incoming.offer),
               .payload_hash = *hash,
               .payload_size = incoming.payload.size(),
               .wall_now = plan_.wall_now});
}

// [ONCE-7] Whether the offer is valid is the machine's to say: only then the old round ends for it.
void MemberHost::begin_round(OfferReceived received) {
  const SessionId session = received.offer.parameters.session_id;
  const ToParticipant message = received.offer;
  stage_.watch.see(Told{.session = session, .member = member_, .message = &message});
  const std::uint64_t seed = entropy_seed(stage_.plan, member_, ++machines_);
  auto entropy = std::make_unique<SeededEntropy>(seed);
  const ParticipantContext context{.roster = stage_.cast.roster(),
                                   .roster_index = Cast::roster_index(member_),
                                   .identity = stage_.cast.identity(member_),
                                   .policy = plan_.policy,
                                   .store = disk_,
                                   .entropy = *entropy};
  auto next = std::make_unique<Held>(context, std::move(entropy));
  next->session = session;
  next->round = received.offer.parameters.round;
  newest_offered_ = std::max(newest_offered_, next->round);
  next->offer = received;
  next->entropy_seed = seed;
  std::vector<ParticipantEffect> effects = handle(*next, std::move(received));
  const bool is_accepted = next->machine.phase() != ParticipantPhase::over;
  if (is_accepted && !is_over()) step(ParticipantStop{.reason = Reason::superseded});
  if (!is_running_) return;  // died of the old round's last words
  // A round that goes on is not given up for an offer that is refused.
  std::unique_ptr<Held> kept = is_accepted ? nullptr : std::move(held_);
  held_ = std::move(next);
  if (is_accepted) {
    sending_.reset();
    armed_.reset();
  }
  carry_out(std::move(effects));
  if (kept != nullptr && is_running_) held_ = std::move(kept);
}

// [RECORD-5, RECORD-10] What the SDK keeps of a record that is good; and whoever is sent one
// without its proof has what is in that.
void MemberHost::take_record(const SessionId& session, const RoundRecord& message) {
  const bool is_held = held_ && held_->session == session;
  const OwnTranscript own = is_held ? held_->machine.transcript() : OwnTranscript{};
  const bool is_bare = message.proof_bytes.empty();
  if (!is_bare && stage_.plan.rounds == 1) return;
  auto content = decode_record(message.record_bytes);
  auto proof = decode_record_proof(message.proof_bytes);
  const auto hash = record_hash(message.record_bytes);
  if (content.has_error() || proof.has_error() || hash.has_error()) return;
  if (is_bare && own.adverts != nullptr) proof->adverts = *own.adverts;
  if (is_bare && own.attestations != nullptr) proof->attestations = *own.attestations;
  const RoundParameters parameters = content->offer.parameters;
  const SignedRecord record{.record_bytes = message.record_bytes,
                            .content = *std::move(content),
                            .signature = message.signature,
                            .proof = *std::move(proof)};
  const auto good =
      verify_record(record, stage_.cast.roster(), stage_.cast.aggregator().verify_key(), own);
  if (good.has_error()) {
    // Who lets go of a round, or went on to a newer one, keeps nothing of the old one [RECORD-10].
    // Only a fault lets an offer overtake a record.
    const bool may_lack = plan_.lets_go || parameters.round < newest_offered_;
    const bool is_innocent =
        stage_.plan.has_honest_aggregator() && !stage_.plan.is_corrupt(member_);
    if (is_innocent && !may_lack && good.error() == Reason::missing_proof) {
      stage_.trace.fail("a record without its proof, to who does not have it [RECORD-9]");
    }
    return;
  }
  if (is_bare) stage_.statistics.count(Group::witness, "records proven by one's own");
  (void)disk_.keep_record(parameters.task, {.round = parameters.round, .hash = *hash});
}

std::vector<ParticipantEffect> MemberHost::handle(Held& held, ParticipantEvent event) {
  return held.machine.handle(std::move(event), stage_.queue.now());
}

void MemberHost::step(ParticipantEvent event) {
  if (!held_) return;
  carry_out(handle(*held_, std::move(event)));
}

void MemberHost::arm_timer() {
  if (!held_) return;
  const auto deadline = held_->machine.next_deadline();
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = deadline;
  stage_.queue.at(*deadline, [this, when = *deadline, session = held_->session] {
    if (!held_ || held_->session != session || armed_ != when) return;
    armed_.reset();
    step(ClockTick{});
  });
}

}  // namespace blindsum::sim
