#include "tests/wire/random_messages.h"

#include <utility>

#include "crypto/sign.h"
#include "protocol/round/round_transcript.h"
#include "protocol/wire/documents.h"

namespace blindsum {

RandomMessages::RandomMessages(std::uint64_t seed)
    : RandomMessages(std::make_unique<SeededEntropy>(seed)) {}

RandomMessages::RandomMessages(std::unique_ptr<Entropy> entropy) : entropy_(std::move(entropy)) {
  for (int i = 0; i < 8; ++i) {
    points_.push_back(public_point(random_scalar<MaskKeyTag>(*entropy_).value()).value());
  }
}

std::uint64_t RandomMessages::below(std::uint64_t bound) {
  const Bytes drawn = bytes(8);
  return get_u64(std::span<const std::uint8_t, 8>(drawn.data(), 8)) % bound;
}

std::uint32_t RandomMessages::u32() {
  return static_cast<std::uint32_t>(u64());
}

std::uint64_t RandomMessages::u64() {
  const std::uint64_t drawn = below(~std::uint64_t{0});
  switch (below(4)) {
    case 0:
      return 0;
    case 1:
      return ~std::uint64_t{0};
    default:
      return drawn >> below(64);
  }
}

Bytes RandomMessages::bytes(std::size_t size) {
  Bytes out(size);
  if (size != 0) entropy_->fill(out).value();
  return out;
}

std::string RandomMessages::text(std::size_t most_bytes) {
  static const std::vector<std::string> letters{"a", "Z", "7", "_", "-", " ", "ä", "京"};
  std::string out;
  for (std::uint64_t left = below(most_bytes / 3 + 1); left > 0; --left) {
    out += letters[below(letters.size())];
  }
  return out;
}

Reason RandomMessages::reason() {
  return static_cast<Reason>(1 + below(static_cast<std::uint64_t>(Reason::internal_error)));
}

Point RandomMessages::point() {
  return points_[below(points_.size())];
}

VerifyKey RandomMessages::verify_key() {
  return SigningKey::generate(*entropy_).value().verify_key();
}

SignedAdvert RandomMessages::advert() {
  const std::uint32_t index = u32();
  const Point s = point();
  const Point c = point();
  return {{index, s, c, point()}, fixed<Signature>()};
}

ShareItem RandomMessages::item() {
  ShareItem item;
  item.to = u32();
  item.point = u32();
  for (auto& byte : item.box) byte = static_cast<std::uint8_t>(below(256));
  item.mask_tag = hash().bytes;
  item.self_tag = hash().bytes;
  return item;
}

QuorumSignatures RandomMessages::quorum() {
  Bytes signers = bitmap();
  return {std::move(signers), list(20, [&] { return fixed<Signature>(); })};
}

RoundParameters RandomMessages::parameters() {
  RoundParameters p;
  p.version = u32();
  p.suite = u32();
  p.session_id = fixed<SessionId>();
  p.task = text(kMaxTaskBytes);
  p.round = u64();
  p.roster_epoch = u64();
  p.roster_hash = hash();
  p.n_min = u32();
  p.n_max = u32();
  p.max_corrupt = u32();
  p.gamma_ppm = u32();
  p.delta_ppm = u32();
  p.min_survivors = u32();
  p.sigma = u32();
  p.eta = u32();
  p.schema.tensors = list(5, [&] {
    std::string name = text(kMaxTensorNameBytes);
    return TensorSchema{std::move(name), list(kMaxTensorRank, [&] { return u64(); })};
  });
  p.vector_length = u64();
  p.ring_bits = u32();
  p.codec.kind = static_cast<CodecKind>(1 + below(3));
  p.codec.clip = static_cast<double>(u32()) / 7;
  p.codec.scale = -static_cast<double>(u32());
  p.codec.weight_bound = u64();
  p.codec.bound = u64();
  p.payload_hash = hash();
  p.payload_size = u64();
  p.previous_record = hash();
  p.limits = {u32(), u32(), u32(), u32(), u32()};
  p.share_sum = below(2) == 1;
  p.aggregator_key = fixed<VerifyKey>();
  return p;
}

Offer RandomMessages::offer() {
  RoundParameters made = parameters();
  Bytes encoded = encode_parameters(made);
  return {std::move(encoded), std::move(made), fixed<Signature>()};
}

Unmask RandomMessages::unmask() {
  Unmask unmask;
  unmask.entries = list(20, [&] {
    const std::uint32_t member = u32();
    return UnmaskEntry{member, static_cast<ShareKind>(below(2)), fixed<RevealedShare>()};
  });
  unmask.not_held = list(20, [&] { return u32(); });
  unmask.signature = fixed<Signature>();
  unmask.answer_hash = hash_answer(unmask).value();
  return unmask;
}

RosterContent RandomMessages::roster() {
  RosterContent content;
  content.epoch = 1 + below(1000);
  content.not_after = u64();
  content.authority = text(kMaxMemberNameBytes);
  std::uint32_t index = 0;
  for (std::uint64_t left = 1 + below(6); left > 0; --left) {
    content.members.push_back({index, "member " + std::to_string(index), verify_key()});
    index += 1 + static_cast<std::uint32_t>(below(1000));
  }
  return content;
}

RecordContent RandomMessages::record() {
  RecordContent content;
  content.offer = offer();
  content.th0 = hash();
  content.th1 = hash();
  content.th2 = hash();
  content.th3 = hash();
  content.u2 = bitmap();
  content.u3 = bitmap();
  content.certified = below(2) == 1;
  content.outcome = below(2) == 0 ? Reason::ok : reason();
  content.detail = text(kMaxDetailBytes);
  content.blame = list(5, [&] {
    Blame blame;
    blame.kind = static_cast<BlameKind>(1 + below(5));
    blame.accused = u32();
    if (below(2) == 0) blame.witness = blame.accused ^ 1;
    blame.evidence = bytes(below(300));
    return blame;
  });
  content.timings = {u32(), u32(), u32(), u32(), u32()};
  content.sum_digest = hash();
  content.previous_record = content.offer.parameters.previous_record;
  return content;
}

RecordProof RandomMessages::proof() {
  auto adverts = list(9, [&] { return advert(); });
  return {std::move(adverts), quorum()};
}

}  // namespace blindsum
