// The aggregator's machine against members that the fuzzer plays: honest messages in any order, of
// anybody; honest messages that were damaged on the way, or changed and signed again; connections
// that go, time that passes, a disk that fails, crashes. Nothing aborts the process; what members
// are told of a phase is told once, and to all alike [ONCE-3, ONCE-5]; a record never changes
// [RECORD-2]; and a sum that comes out is that of the members in U3.
#include <optional>

#include "protocol/round/bitmap.h"
#include "protocol/wire/frames.h"
#include "tests/fuzz/checked_world.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

constexpr int kMostSteps = 100;

Bytes bytes_of(ByteView view) {
  return {view.begin(), view.end()};
}

// What member i would say now, if it were asked for a message of this kind.
std::optional<ToAggregator> message_of(CheckedWorld& world, std::uint32_t i, Input& input) {
  HandMember& member = world.member(i);
  switch (input.u8() % 8) {
    case 0:
      return member.advert(world.offer());
    case 1:
      if (!world.join(i)) return std::nullopt;
      return member.shares();
    case 2:
      return world.chunk(i, input.u8() % 4);
    case 3:
      if (!world.receive(i)) return std::nullopt;
      return member.receipt();
    case 4:
      if (world.told<Survivors>(i) == nullptr || !world.receive(i)) return std::nullopt;
      return member.attest(*world.told<Survivors>(i));
    case 5:
      if (world.told<Survivors>(i) == nullptr || !world.receive(i)) return std::nullopt;
      member.attest(*world.told<Survivors>(i));
      return member.unmask();
    case 6:
      return member.void_vote();
    default:
      return Refusal{static_cast<Reason>(1 + input.below(40)), "detail"};
  }
}

// The same, signed by its sender for what it is not.
void lie(ToAggregator& message, const HandMember& member, Input& input) {
  if (auto* shares = std::get_if<Shares>(&message)) {
    if (shares->items.empty()) return;
    auto& item = shares->items[input.below(static_cast<std::uint32_t>(shares->items.size()))];
    const std::uint8_t what = input.u8();
    if (what < 64) item.to = input.u8() % 8;
    if (what >= 64 && what < 128) item.point = input.u8() % 8;
    if (what >= 128 && what < 192) item.mask_tag[input.u8() % 32] ^= input.u8();
    if (what >= 192) shares->items.pop_back();
    member.sign(*shares);
  } else if (auto* unmask = std::get_if<Unmask>(&message)) {
    if (unmask->entries.empty()) return;
    auto& entry = unmask->entries[input.below(static_cast<std::uint32_t>(unmask->entries.size()))];
    const std::uint8_t what = input.u8();
    if (what < 64) entry.share = some_scalar(input.u8());
    if (what >= 64 && what < 96) entry.kind = ShareKind::mask_key;
    if (what >= 96 && what < 160) entry.member = input.u8() % 8;
    if (what >= 160) {
      unmask->not_held.push_back(entry.member);
      unmask->entries.pop_back();
    }
    member.sign(*unmask);
  }
}

// As it arrives: through the codec, whole or not, after a lie or none.
void say(CheckedWorld& world, Input& input) {
  const std::uint32_t i = input.u8() % world.members();
  auto message = message_of(world, i, input);
  if (!message) return;
  const std::uint8_t how = input.u8();
  if (how >= 200) lie(*message, world.member(i), input);
  Bytes frame = encode_in_round(world.offer().parameters.session_id, *message);
  if (how >= 140 && how < 200) frame = damaged(frame, input);
  world.arrive(i, std::move(frame), how < 140);
}

// A phase as it should be, of all but those whom the input leaves out.
void go_on(CheckedWorld& world, Input& input) {
  const std::uint8_t left_out = input.u8();
  for (std::uint32_t i = 0; i < world.members(); ++i) {
    if (left_out >= 128 && (left_out >> i & 1) != 0) continue;
    world.honest_turn(i);
  }
}

void step(CheckedWorld& world, Input& input) {
  const std::uint8_t what = input.u8();
  const std::uint32_t i = input.u8() % world.members();
  switch (what % 16) {
    case 0:
      return world.event(MemberConnected{world.index(i)});
    case 1:
      return world.event(MemberDisconnected{world.index(i)});
    case 2:
      return world.pass(input.u16());
    case 3:
      return world.pass_to_deadline();
    case 4:
      return world.event(MemberMalformed{world.index(i), Reason::wrong_length});
    case 5:
      if (input.u8() < 32) world.event(AggregatorStop{Reason::server_draining});
      return;
    case 6:
      return world.crash();
    case 7:
      return input.u8() < 64 ? world.break_disk() : world.mend_disk();
    case 8:
    case 9:
    case 10:
      return go_on(world, input);
    case 11:
      return world.arrive(i, bytes_of(input.bytes(input.u8())), false);
    default:
      return say(world, input);
  }
}

bool run(ByteView bytes) {
  Input input(bytes);
  CheckedWorld world;
  world.begin();
  for (int steps = 0; steps < kMostSteps && !input.empty(); ++steps) {
    step(world, input);
    world.check();
  }
  return world.records() > 0;
}

const Registered registered("aggregator_round", run);

}  // namespace
}  // namespace blindsum::fuzz
