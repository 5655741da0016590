// The frames of a real round of five, and of its sessions.
#include "protocol/wire/frames.h"

#include "protocol/wire/documents.h"
#include "tests/fuzz/documents.h"
#include "tests/fuzz/seeds/seeds.h"
#include "tests/support/aggregator_world.h"
#include "tests/wire/random_messages.h"

namespace blindsum::fuzz {
namespace {

// Of the member with the cohort index 0.
std::vector<ToAggregator> said_in_round(AggregatorWorld& world) {
  HandMember& member = world.member(0);
  std::vector<ToAggregator> all{member.advert(world.offer()),
                                member.shares(),
                                member.receipt(),
                                member.attest(*world.last<Survivors>(0)),
                                member.unmask(),
                                member.void_vote()};
  const Bytes packed = member.upload();
  all.emplace_back(UploadChunk{32, Bytes(packed.begin() + 32, packed.end())});
  all.emplace_back(Refusal{Reason::missing_item, "a share of member 3"});
  return all;
}

std::vector<ToParticipant> told_in_round(AggregatorWorld& world) {
  const SignedRecord record = signed_record();
  const QuorumSignatures& quorum = world.last<Certificate>(0)->attestations;
  return {sign_offer(round_parameters(), aggregator()).value(),
          *world.last<Cohort>(0),
          *world.last<Delivery>(0),
          UploadGrant{32},
          UploadAck{},
          *world.last<Survivors>(0),
          *world.last<Certificate>(0),
          VoidRequest{},
          VoidCertificate{quorum},
          RoundRecord{record.record_bytes, record.signature, 83},
          RoundAborted{Reason::too_few_survivors, "3 of 4"},
          Rejection{Reason::wrong_offset, ""}};
}

}  // namespace

void add_frames(Seeds& seeds) {
  AggregatorWorld world;
  world.begin_and_run_to(AggregatorPhase::unmask);
  const SessionId session = world.offer().parameters.session_id;
  auto& up = seeds["frames_to_aggregator"];
  for (const auto& message : said_in_round(world)) up.push_back(encode_in_round(session, message));
  auto& down = seeds["frames_to_participant"];
  for (const auto& message : told_in_round(world)) {
    down.push_back(encode_in_round(session, message));
  }
  RandomMessages random(95);
  for (const auto& frame : random.frames_to_aggregator()) {
    if (!std::holds_alternative<InRound<ToAggregator>>(frame)) up.push_back(encode_frame(frame));
  }
  for (const auto& frame : random.frames_to_participant()) {
    if (!std::holds_alternative<InRound<ToParticipant>>(frame)) {
      down.push_back(encode_frame(frame));
    }
  }
}

}  // namespace blindsum::fuzz
