#include <utility>

#include "tests/wire/random_messages.h"

namespace blindsum {

ToAggregator RandomMessages::to_aggregator(std::size_t alternative) {
  static_assert(std::variant_size_v<ToAggregator> == 8);
  switch (alternative) {
    case 0:
      return advert();
    case 1: {
      auto items = list(20, [&] { return item(); });
      return Shares{std::move(items), fixed<Signature>()};
    }
    case 2: {
      const std::uint64_t offset = u64();
      return UploadChunk{offset, bytes(1 + below(100))};
    }
    case 3:
      return Receipt{fixed<Signature>()};
    case 4:
      return Attestation{fixed<Signature>()};
    case 5:
      return unmask();
    case 6:
      return VoidVote{fixed<Signature>()};
    default: {
      const Reason why = reason();
      return Refusal{why, text(kMaxDetailBytes)};
    }
  }
}

ToParticipant RandomMessages::to_participant(std::size_t alternative) {
  static_assert(std::variant_size_v<ToParticipant> == 12);
  switch (alternative) {
    case 0:
      return offer();
    case 1:
      return Cohort{list(20, [&] { return advert(); })};
    case 2: {
      Delivery delivery;
      delivery.u2 = bitmap();
      delivery.items = list(20, [&] {
        const std::uint32_t from = u32();
        ShareItem dealt = item();
        return InboundItem{from, dealt, list(kMaxPathHashes, [&] { return hash(); })};
      });
      delivery.proofs = list(20, [&] {
        const std::uint32_t member = u32();
        const Hash root = hash();
        return SharesProof{member, root, fixed<Signature>()};
      });
      return delivery;
    }
    case 3:
      return UploadGrant{u64()};
    case 4:
      return UploadAck{};
    case 5: {
      Survivors survivors;
      survivors.th2 = hash();
      survivors.u3 = bitmap();
      survivors.receipts = list(20, [&] {
        const std::uint32_t member = u32();
        return MemberSignature{member, fixed<Signature>()};
      });
      return survivors;
    }
    case 6: {
      const Hash th2 = hash();
      Bytes u3 = bitmap();
      return Certificate{th2, std::move(u3), quorum()};
    }
    case 7:
      return VoidRequest{};
    case 8:
      return VoidCertificate{quorum()};
    case 9: {
      Bytes record_bytes = bytes(below(300));
      const auto signature = fixed<Signature>();
      const std::uint64_t sum_size = u64();
      return RoundRecord{std::move(record_bytes), signature, sum_size, bytes(below(300))};
    }
    case 10: {
      const Reason why = reason();
      return RoundAborted{why, text(kMaxDetailBytes)};
    }
    default: {
      const Reason why = reason();
      return Rejection{why, text(kMaxDetailBytes)};
    }
  }
}

std::vector<FrameToAggregator> RandomMessages::frames_to_aggregator() {
  std::vector<FrameToAggregator> frames;
  const std::uint32_t roster_index = u32();
  const std::uint32_t version = u32();
  frames.push_back(Hello{roster_index, version, below(2) == 1, fixed<Signature>()});
  frames.push_back(Join{text(kMaxTaskBytes)});
  frames.push_back(Leave{});
  for (std::size_t i = 0; i < std::variant_size_v<ToAggregator>; ++i) {
    const auto session_id = fixed<SessionId>();
    frames.push_back(InRound<ToAggregator>{session_id, to_aggregator(i)});
  }
  return frames;
}

std::vector<FrameToParticipant> RandomMessages::frames_to_participant() {
  std::vector<FrameToParticipant> frames;
  const auto nonce = fixed<Nonce>();
  const auto key = fixed<VerifyKey>();
  frames.push_back(Challenge{nonce, key, u32()});
  const std::uint64_t epoch = u64();
  frames.push_back(Welcome{epoch, hash()});
  std::string task = text(kMaxTaskBytes);
  const std::uint32_t waiting = u32();
  frames.push_back(Joined{std::move(task), waiting, u32()});
  const Reason why = reason();
  frames.push_back(SessionError{why, text(kMaxDetailBytes)});
  const auto payload_of = fixed<SessionId>();
  const std::uint64_t offset = u64();
  frames.push_back(PayloadChunk{payload_of, offset, bytes(1 + below(100))});
  const auto sum_of = fixed<SessionId>();
  frames.push_back(SumChunk{sum_of, u64(), bytes(1 + below(100))});
  for (std::size_t i = 0; i < std::variant_size_v<ToParticipant>; ++i) {
    ToParticipant message = to_participant(i);
    const auto* made = std::get_if<Offer>(&message);
    const SessionId id = made != nullptr ? made->parameters.session_id : fixed<SessionId>();
    frames.push_back(InRound<ToParticipant>{id, std::move(message)});
  }
  return frames;
}

}  // namespace blindsum
