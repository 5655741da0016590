#include <memory>

#include "crypto/shamir.h"
#include "tests/round/participant_checks.h"
#include "tests/support/heap_watch.h"

namespace blindsum {
namespace {

Bytes copy_of(ByteView view) {
  return Bytes(view.begin(), view.end());
}

std::vector<Bytes> shares_in(const Unmask& answer) {
  std::vector<Bytes> shares;
  for (const UnmaskEntry& entry : answer.entries) shares.push_back(copy_of(entry.share.view()));
  return shares;
}

// What the machine draws first from the entropy that the script gives it [KEY-4].
std::vector<Bytes> keys_of_machine() {
  SeededEntropy entropy(2);
  const auto mask = random_scalar<MaskKeyTag>(entropy).value();
  const auto channel = random_scalar<ChannelKeyTag>(entropy).value();
  const auto self = random_scalar<SelfMaskTag>(entropy).value();
  return {copy_of(mask.reveal(Reveal::test)), copy_of(channel.reveal(Reveal::test)),
          copy_of(self.reveal(Reveal::test))};
}

TEST_CASE("a watch sees what is given back unwiped") {
  const std::vector<Bytes> keys = keys_of_machine();
  HeapWatch watch(keys);
  Bytes copy = keys[1];
  copy = Bytes();
  CHECK(watch.found() == (HeapWatch::sees ? 1U : 0U));
  copy = keys[1];
  wipe(std::span(copy));
  copy = Bytes();
  CHECK(watch.found() == (HeapWatch::sees ? 1U : 0U));
}

// However the round ends. The script is the same every time, so the first one tells what to look
// for in the others.
TEST_CASE_TEMPLATE("[DISK-5] no key and no share is left in memory that is given back", Graph,
                   Complete, Sparse) {
  std::vector<Bytes> secrets = keys_of_machine();
  {
    ScriptedRound first(Graph::setup());
    first.advance(ParticipantPhase::unmasked);
    const SharedPoint with_0 = first.pair_with(0);
    secrets.push_back(copy_of(with_0.reveal(Reveal::test)));
    for (Bytes& share : shares_in(*first.sent<Unmask>())) secrets.push_back(std::move(share));
  }
  for (const auto phase : {ParticipantPhase::masking, ParticipantPhase::uploaded,
                           ParticipantPhase::attested, ParticipantPhase::unmasked}) {
    CAPTURE(static_cast<int>(phase));
    HeapWatch watch(secrets);
    {
      ScriptedRound round(Graph::setup());
      round.advance(phase);
      round.give(ParticipantStop{});
    }
    CHECK(watch.found() == 0);
  }
}

}  // namespace
}  // namespace blindsum
