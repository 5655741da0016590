// The bytes of each message, put together by hand from SPEC.md, Appendix B: field numbers, entries
// of concatenations, order inside them.
#include <doctest/doctest.h>

#include "crypto/transcript.h"
#include "protocol/wire/frames.h"
#include "tests/wire/proto_writer.h"
#include "tests/wire/random_messages.h"

namespace blindsum {
namespace {

Bytes advert_bytes(const Advert& advert) {
  Bytes out;
  put_u32(out, advert.roster_index);
  put_bytes(out, advert.mask_point.view());
  put_bytes(out, advert.channel_point.view());
  put_bytes(out, advert.self_point.view());
  return out;
}

Bytes item_bytes(const ShareItem& item) {
  Bytes out;
  put_u32(out, item.to);
  put_u32(out, item.point);
  put_bytes(out, item.box);
  put_bytes(out, item.mask_tag);
  put_bytes(out, item.self_tag);
  return out;
}

Bytes joined(const std::vector<Signature>& signatures) {
  Bytes out;
  for (const Signature& signature : signatures) put_bytes(out, signature.view());
  return out;
}

struct Layout {
  explicit Layout(std::uint64_t seed) : random(seed), id(random.fixed<SessionId>()) {}

  template <class Message>
  Message to_aggregator(std::size_t alternative) {
    return std::get<Message>(random.to_aggregator(alternative));
  }
  template <class Message>
  Message to_participant(std::size_t alternative) {
    return std::get<Message>(random.to_participant(alternative));
  }
  Bytes encoded(const ToAggregator& message) { return encode_in_round(id, message); }
  Bytes encoded(const ToParticipant& message) { return encode_in_round(id, message); }
  // A body with its session id.
  Proto body() { return Proto().bytes(1, id.view()); }

  RandomMessages random;
  SessionId id;
};

TEST_CASE("[WIRE-1] session messages") {
  RandomMessages random(30);
  const Hello hello{7, 1, true, random.fixed<Signature>()};
  CHECK(encode_frame(FrameToAggregator(hello)) ==
        envelope_frame(
            2, Proto().number(1, 1).number(2, 7).number(3, 1).bytes(4, hello.signature.view())));
  CHECK(encode_frame(FrameToAggregator(Join{"spam"})) ==
        envelope_frame(5, Proto().text(1, "spam")));
  CHECK(encode_frame(FrameToAggregator(Leave{})) == envelope_frame(26, Proto()));
  const Challenge challenge{random.fixed<Nonce>(), random.fixed<VerifyKey>(), 1};
  CHECK(encode_frame(FrameToParticipant(challenge)) ==
        envelope_frame(1, Proto()
                              .bytes(1, challenge.nonce.view())
                              .bytes(2, challenge.aggregator_key.view())
                              .number(3, 1)));
  const Welcome welcome{300, random.hash()};
  CHECK(encode_frame(FrameToParticipant(welcome)) ==
        envelope_frame(3, Proto().number(1, 300).bytes(2, welcome.roster_hash.view())));
  CHECK(encode_frame(FrameToParticipant(SessionError{Reason::superseded, "why"})) ==
        envelope_frame(4, Proto().text(1, "superseded").text(2, "why")));
  CHECK(encode_frame(FrameToParticipant(Joined{"spam", 3, 12})) ==
        envelope_frame(6, Proto().text(1, "spam").number(2, 3).number(3, 12)));
}

TEST_CASE("[ADVERT-1, ADVERT-3] offer, advert, cohort") {
  Layout layout(31);
  const Offer offer = layout.random.offer();
  CHECK(
      layout.encoded(ToParticipant(offer)) ==
      envelope_frame(7, Proto().bytes(1, offer.parameter_bytes).bytes(2, offer.signature.view())));
  const SignedAdvert advert = layout.random.advert();
  CHECK(layout.encoded(ToAggregator(advert)) ==
        envelope_frame(
            8,
            layout.body().bytes(2, advert_bytes(advert.advert)).bytes(3, advert.signature.view())));
  const auto cohort = layout.to_participant<Cohort>(1);
  REQUIRE(cohort.adverts.size() > 1);
  Bytes adverts;
  for (const SignedAdvert& member : cohort.adverts) {
    put_bytes(adverts, advert_bytes(member.advert));
    put_bytes(adverts, member.signature.view());
  }
  CHECK(adverts.size() == 164 * cohort.adverts.size());
  CHECK(layout.encoded(ToParticipant(cohort)) ==
        envelope_frame(9, layout.body().bytes(2, adverts)));
}

TEST_CASE("[SHARE-5, SHARE-7, U2-2] shares, delivery") {
  Layout layout(32);
  const auto shares = layout.to_aggregator<Shares>(1);
  REQUIRE(shares.items.size() > 1);
  Bytes items;
  for (const ShareItem& item : shares.items) put_bytes(items, item_bytes(item));
  CHECK(items.size() == 152 * shares.items.size());
  CHECK(layout.encoded(ToAggregator(shares)) ==
        envelope_frame(10, layout.body().bytes(2, items).bytes(3, shares.signature.view())));
  const auto delivery = layout.to_participant<Delivery>(2);
  REQUIRE(delivery.items.size() > 1);
  REQUIRE(delivery.proofs.size() > 1);
  Bytes inbound;
  std::size_t hashes = 0;
  for (const InboundItem& item : delivery.items) {
    put_u32(inbound, item.from);
    put_bytes(inbound, item_bytes(item.item));
    inbound.push_back(static_cast<std::uint8_t>(item.path.size()));
    for (const Hash& hash : item.path) put_bytes(inbound, hash.view());
    hashes += item.path.size();
  }
  CHECK(hashes > 1);
  CHECK(inbound.size() == 157 * delivery.items.size() + 32 * hashes);
  Bytes proofs;
  for (const SharesProof& proof : delivery.proofs) {
    put_u32(proofs, proof.member);
    put_bytes(proofs, proof.root.view());
    put_bytes(proofs, proof.signature.view());
  }
  CHECK(proofs.size() == 100 * delivery.proofs.size());
  CHECK(layout.encoded(ToParticipant(delivery)) ==
        envelope_frame(11, layout.body().bytes(2, delivery.u2).bytes(3, inbound).bytes(4, proofs)));
}

TEST_CASE("[UPLOAD-1, RECEIPT-1] grant, receipt, acknowledgement") {
  Layout layout(33);
  CHECK(layout.encoded(ToParticipant(UploadGrant{1 << 20})) ==
        envelope_frame(12, layout.body().number(2, 1 << 20)));
  const auto receipt = layout.to_aggregator<Receipt>(3);
  CHECK(layout.encoded(ToAggregator(receipt)) ==
        envelope_frame(13, layout.body().bytes(2, receipt.signature.view())));
  CHECK(layout.encoded(ToParticipant(UploadAck{})) == envelope_frame(14, layout.body()));
}

TEST_CASE("[ATTEST-1, ATTEST-3, CERT-1] request, attestation, certificate") {
  Layout layout(34);
  const auto survivors = layout.to_participant<Survivors>(5);
  REQUIRE(survivors.receipts.size() > 1);
  Bytes receipts;
  for (const MemberSignature& receipt : survivors.receipts) {
    put_u32(receipts, receipt.member);
    put_bytes(receipts, receipt.signature.view());
  }
  CHECK(
      layout.encoded(ToParticipant(survivors)) ==
      envelope_frame(
          15,
          layout.body().bytes(2, survivors.th2.view()).bytes(3, survivors.u3).bytes(4, receipts)));
  const auto attestation = layout.to_aggregator<Attestation>(4);
  CHECK(layout.encoded(ToAggregator(attestation)) ==
        envelope_frame(16, layout.body().bytes(2, attestation.signature.view())));
  const auto certificate = layout.to_participant<Certificate>(6);
  CHECK(layout.encoded(ToParticipant(certificate)) ==
        envelope_frame(17, layout.body()
                               .bytes(2, certificate.th2.view())
                               .bytes(3, certificate.u3)
                               .bytes(4, certificate.attestations.signers)
                               .bytes(5, joined(certificate.attestations.signatures))));
}

TEST_CASE("[UNMASK-2, UNMASK-3] the answer, and the hash that is signed") {
  Layout layout(135);
  const auto unmask = layout.to_aggregator<Unmask>(5);
  REQUIRE(unmask.entries.size() > 1);
  REQUIRE(unmask.not_held.size() > 1);
  Bytes body;
  put_u32(body, static_cast<std::uint32_t>(unmask.entries.size()));
  for (const UnmaskEntry& entry : unmask.entries) {
    put_u32(body, entry.member);
    body.push_back(entry.kind == ShareKind::self_mask ? 0 : 1);
    put_bytes(body, entry.share.view());
  }
  put_u32(body, static_cast<std::uint32_t>(unmask.not_held.size()));
  for (const std::uint32_t member : unmask.not_held) put_u32(body, member);
  const Bytes frame =
      envelope_frame(18, layout.body().bytes(2, body).bytes(3, unmask.signature.view()));
  CHECK(layout.encoded(ToAggregator(unmask)) == frame);
  const FrameToAggregator back = decode_to_aggregator(frame).value();
  const auto& message = std::get<Unmask>(std::get<InRound<ToAggregator>>(back).message);
  CHECK(message.answer_hash == sha256(body).value());
}

TEST_CASE("[RECORD-5, VOID-1, VOID-3] ends") {
  Layout layout(36);
  const auto result = layout.to_participant<RoundRecord>(9);
  CHECK(layout.encoded(ToParticipant(result)) ==
        envelope_frame(19, layout.body()
                               .bytes(2, result.record_bytes)
                               .bytes(3, result.signature.view())
                               .number(4, result.sum_size)
                               .bytes(5, result.proof_bytes)));
  const auto said = [&] { return layout.body().text(2, "bad_order").text(3, "why"); };
  CHECK(layout.encoded(ToParticipant(RoundAborted{Reason::bad_order, "why"})) ==
        envelope_frame(20, said()));
  CHECK(layout.encoded(ToAggregator(Refusal{Reason::bad_order, "why"})) ==
        envelope_frame(21, said()));
  CHECK(layout.encoded(ToParticipant(Rejection{Reason::bad_order, "why"})) ==
        envelope_frame(22, said()));
  CHECK(layout.encoded(ToParticipant(VoidRequest{})) == envelope_frame(23, layout.body()));
  const auto vote = layout.to_aggregator<VoidVote>(6);
  CHECK(layout.encoded(ToAggregator(vote)) ==
        envelope_frame(24, layout.body().bytes(2, vote.signature.view())));
  const auto votes = layout.to_participant<VoidCertificate>(8);
  CHECK(layout.encoded(ToParticipant(votes)) ==
        envelope_frame(
            25,
            layout.body().bytes(2, votes.votes.signers).bytes(3, joined(votes.votes.signatures))));
}

TEST_CASE("[WIRE-1] chunks: type, session id, offset, bytes") {
  Layout layout(37);
  const Bytes data = layout.random.bytes(5);
  const auto chunk = [&](std::uint8_t type) {
    Bytes frame{type};
    put_bytes(frame, layout.id.view());
    put_u64(frame, 0x0102030405060708);
    CHECK(frame.size() == kChunkHeaderBytes);
    CHECK(chunk_header(static_cast<ChunkType>(type), layout.id, 0x0102030405060708) == frame);
    put_bytes(frame, data);
    return frame;
  };
  CHECK(layout.encoded(ToAggregator(UploadChunk{0x0102030405060708, data})) == chunk(1));
  CHECK(encode_frame(FrameToParticipant(PayloadChunk{layout.id, 0x0102030405060708, data})) ==
        chunk(2));
  CHECK(encode_frame(FrameToParticipant(SumChunk{layout.id, 0x0102030405060708, data})) ==
        chunk(3));
}

TEST_CASE("[SESSION-2] what a session's signature is over") {
  RandomMessages random(38);
  const auto nonce = random.fixed<Nonce>();
  const auto key = random.fixed<VerifyKey>();
  const Hash exporter = random.hash();
  Bytes expected{18};
  put_bytes(expected, view_of("blindsum/1/session"));
  for (const ByteView field : {nonce.view(), key.view()}) {
    put_u32(expected, 32);
    put_bytes(expected, field);
  }
  put_u32(expected, 4);
  put_u32(expected, 9);
  Bytes unbound = expected;
  put_u32(unbound, 0);
  put_u32(expected, 32);
  put_bytes(expected, exporter.view());
  const auto bytes_of = [](const Encoded& text) {
    return Bytes(text.view().begin(), text.view().end());
  };
  CHECK(bytes_of(session_statement(nonce, key, 9, exporter)) == expected);
  CHECK(bytes_of(session_statement(nonce, key, 9, std::nullopt)) == unbound);
}

}  // namespace
}  // namespace blindsum
