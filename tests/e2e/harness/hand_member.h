// A participant driven by hand, on the test's own thread: the participant's machine and the codec
// over a RawClient. It does nothing but while a call of it runs, so a test can hold a round at any
// point, look at what is about to be sent, and send something else instead.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/round/participant_round.h"
#include "protocol/wire/frames.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/e2e/harness/scene.h"
#include "tests/support/memory_participant_store.h"

namespace blindsum::e2e {

Hello hello_for(const Challenge& challenge, std::uint32_t index, const SigningKey& key,
                const std::optional<Hash>& exporter);
// A connection that got as far as the Challenge, and that. Throws if it does not.
struct Greeted {
  std::unique_ptr<RawClient> client;
  Challenge challenge;
};
Greeted greet(std::uint16_t port);
// The next frame that is a SessionError, as its name; "closed" if the connection ends without one,
// "silence" if nothing happens.
std::string session_error(RawClient& client);

class HandMember {
 public:
  // Of codec count or integer. `index` is the member's in the roster of Keys.
  HandMember(const Scene& scene, std::uint32_t index, std::vector<std::int64_t> values);
  HandMember(const HandMember&) = delete;
  HandMember& operator=(const HandMember&) = delete;

  // For the rounds that begin from here on.
  void set_values(std::vector<std::int64_t> values) { values_ = std::move(values); }
  // Up to Joined. Throws if it does not get there.
  void connect();
  // Gone without a word.
  void disconnect() { client_.reset(); }

  // Answers what comes until `done()`; false if the connection ends, or nothing comes for long.
  template <class Done>
  [[nodiscard]] bool run_until(Done&& done) {
    while (!done()) {
      if (!step()) return false;
    }
    return true;
  }
  // From the next message of this kind on everything is kept instead of sent; runs until then.
  template <class Message>
  [[nodiscard]] bool hold() {
    keep_ = [this](const ToAggregator& one) {
      return !kept_.empty() || std::holds_alternative<Message>(one);
    };
    return run_until([this] { return !kept_.empty(); });
  }
  template <class Message>
  Message& kept(std::size_t place = 0) {
    return std::get<Message>(kept_.at(place));
  }
  // Sends what was kept, and keeps no more.
  void release();
  // Drops what was kept, and keeps no more.
  void drop();
  // Whatever it is, as it is. Frames can be spoilt first.
  void send(const ToAggregator& message);
  void send_bytes(ByteView frame);
  Bytes frame_of(const ToAggregator& message) const;
  // Refuses a round that it may not hold.
  void leave_round(const SessionId& session_id, Reason reason);
  // Runs until this round, or a later one, is over for the aggregator: a record, or an abort.
  [[nodiscard]] bool finish(std::uint64_t round = 1);
  // Runs until the aggregator has not taken something, for this reason, and says so in its log.
  [[nodiscard]] bool rejected(Reason reason);

  // So that the machine does not end its round for what the test did wrong.
  bool hides_rejections = false;
  ParticipantPhase phase() const;
  const SessionId& session_id() const { return session_id_; }
  const std::vector<Rejection>& rejections() const { return rejections_; }
  // The last one about a round that is not the hand's.
  const std::optional<Reason>& foreign_rejection() const { return foreign_rejection_; }
  const std::optional<Reason>& aborted() const { return aborted_; }
  // Whether a VOID certificate of the round came.
  bool voided() const { return voided_; }
  const SigningKey& identity() const { return identity_; }
  std::uint32_t index() const { return index_; }
  // What is signed, as the machine sees it: th0 from the offer on, th3 once survivors are asked.
  Hash th0() const;
  Hash th3(std::uint32_t cohort_size) const;
  // The masked vector, packed, once the machine has made it.
  Bytes masked() const;

 private:
  bool step();
  void on(const PayloadChunk& chunk);
  void on(InRound<ToParticipant>& message);
  template <class Other>
  void on(const Other&) {}
  void offered(Offer offer);
  void begin();
  void give(ParticipantEvent event);
  void answer(const ToAggregator& message);
  void give_input();
  void upload(const BeginUpload& begin);

  const Scene& scene_;
  std::uint32_t index_;
  std::vector<std::int64_t> values_;
  SigningKey identity_;
  Roster roster_;
  Policy policy_;
  MemoryParticipantStore store_;
  SystemEntropy entropy_;
  std::unique_ptr<RawClient> client_;
  std::optional<ParticipantRound> round_;
  std::optional<Offer> offer_;
  Bytes payload_;
  SessionId session_id_;
  std::optional<SessionId> begun_;  // which round_ is of
  std::shared_ptr<MaskedVector> vector_;
  Survivors survivors_;
  std::function<bool(const ToAggregator&)> keep_;
  std::vector<ToAggregator> kept_;
  std::vector<Rejection> rejections_;
  std::optional<Reason> foreign_rejection_;
  std::optional<Reason> aborted_;
  bool over_ = false;
  bool voided_ = false;
};

}  // namespace blindsum::e2e
