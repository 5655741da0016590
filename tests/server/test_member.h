// An honest participant for tests of the server: the participant's machine, fed with frames and
// giving frames. Knows nothing of sockets.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/round/participant_round.h"
#include "protocol/wire/frames.h"
#include "tests/server/world.h"
#include "tests/support/memory_participant_store.h"

namespace blindsum {

class TestMember {
 public:
  // Its vector in round r is {position, r, payload size}, its weight 1.
  TestMember(World& world, std::uint32_t position);
  TestMember(const TestMember&) = delete;
  TestMember& operator=(const TestMember&) = delete;

  // What it answers to a frame of the server. `exporter` is bound if there is one.
  std::vector<Bytes> take(ByteView frame, const std::optional<Hash>& exporter);
  // A Hello of this member to a challenge.
  Bytes hello(const Challenge& challenge, const std::optional<Hash>& exporter) const;

  // What has come so far.
  std::vector<SignedRecord> records;  // by round, also of aborted ones
  std::vector<bool> came_bare;        // whether each came without its proof
  std::vector<Bytes> sums;            // packed, of tasks that share them
  std::vector<Reason> aborts;
  std::vector<Reason> rejections;
  std::optional<Reason> session_error;
  std::optional<Joined> joined;
  std::vector<std::size_t> payload_sizes;
  std::vector<ParticipantPhase> phases;

  // Goes away when its machine gets to this phase, as if it were killed.
  std::optional<ParticipantPhase> dies_at;
  bool dead = false;

 private:
  void on(const Challenge& message);
  void on(const Welcome& message);
  void on(const Joined& message);
  void on(const SessionError& message);
  void on(const PayloadChunk& message);
  void on(const SumChunk& message);
  void on(InRound<ToParticipant>& message);
  void on(const BrokenInRound& message);
  void give(ParticipantEvent event);
  void offer_complete();
  void upload(const BeginUpload& begin);
  void send(const FrameToAggregator& frame) { answers_.push_back(encode_frame(frame)); }

  World& world_;
  std::uint32_t position_;
  Policy policy_;
  MemoryParticipantStore store_;
  SignedRecord completed(const RoundRecord& message, const SessionId& id) const;

  std::optional<ParticipantRound> round_;
  std::optional<Offer> offer_;
  SessionId session_id_;
  Bytes payload_;
  Bytes sum_;
  std::uint64_t sum_size_ = 0;
  std::optional<Hash> exporter_;
  std::vector<Bytes> answers_;
};

}  // namespace blindsum
