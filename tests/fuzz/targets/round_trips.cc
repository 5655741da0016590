// Messages that the fuzzer composes field by field, so that the encoder is tried beyond what
// decoders let through: decoding gives back what was encoded, whatever it was.
#include <memory>

#include "protocol/wire/documents.h"
#include "tests/fuzz/target.h"
#include "tests/wire/random_messages.h"

namespace blindsum::fuzz {
namespace {

// The fuzzer's bytes over a keystream: they decide everything, and yet keys do not come out zero.
class InputEntropy final : public Entropy {
 public:
  explicit InputEntropy(Input input) : input_(input), below_(90) {}
  Result<void> fill(ByteSpan out) override {
    BLINDSUM_CHECK(below_.fill(out));
    const ByteView some = input_.bytes(out.size());
    for (std::size_t i = 0; i < some.size(); ++i) out[i] ^= some[i];
    return {};
  }

 private:
  Input input_;
  SeededEntropy below_;
};

void check(const FrameToAggregator& frame) {
  const Bytes bytes = encode_frame(frame);
  const auto back = decode_to_aggregator(bytes);
  FUZZ_EXPECT(back.has_value() && *back == frame && encode_frame(*back) == bytes);
}

void check(const FrameToParticipant& frame) {
  const Bytes bytes = encode_frame(frame);
  const auto back = decode_to_participant(bytes);
  FUZZ_EXPECT(back.has_value() && *back == frame && encode_frame(*back) == bytes);
}

bool run(ByteView bytes) {
  Input input(bytes);
  const std::uint32_t which = input.u8();
  RandomMessages random(std::make_unique<InputEntropy>(input));
  constexpr std::uint32_t up = std::variant_size_v<ToAggregator>;
  constexpr std::uint32_t down = std::variant_size_v<ToParticipant>;
  const std::uint32_t kind = which % (up + down + 4);
  if (kind < up) {
    const auto session = random.fixed<SessionId>();
    check(FrameToAggregator(InRound<ToAggregator>{session, random.to_aggregator(kind)}));
  } else if (kind < up + down) {
    ToParticipant message = random.to_participant(kind - up);
    const auto* offer = std::get_if<Offer>(&message);
    const SessionId session =
        offer != nullptr ? offer->parameters.session_id : random.fixed<SessionId>();
    check(FrameToParticipant(InRound<ToParticipant>{session, std::move(message)}));
  } else if (kind == up + down) {
    for (const auto& frame : random.frames_to_aggregator()) check(frame);
  } else if (kind == up + down + 1) {
    for (const auto& frame : random.frames_to_participant()) check(frame);
  } else if (kind == up + down + 2) {
    const RoundParameters parameters = random.parameters();
    FUZZ_EXPECT(decode_parameters(encode_parameters(parameters)).value() == parameters);
  } else {
    const RosterContent content = random.roster();
    FUZZ_EXPECT(read_unverified_roster(encode_unsigned_roster(content))->content == content);
  }
  return true;
}

const Registered registered("round_trips", run);

}  // namespace
}  // namespace blindsum::fuzz
