#include "tests/server/test_member.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "crypto/transcript.h"
#include "protocol/wire/documents.h"
#include "server/clock.h"

namespace blindsum {

TestMember::TestMember(World& world, std::uint32_t position) : world_(world), position_(position) {
  policy_.aggregator_key = world.aggregator_key();
  policy_.tasks = {"t"};
}

std::vector<Bytes> TestMember::take(ByteView frame, const std::optional<Hash>& exporter) {
  exporter_ = exporter;
  auto message = decode_to_participant(frame);
  if (!message) throw std::runtime_error("the server sent " + message.error().message());
  std::visit([this](auto& one) { on(one); }, *message);
  return std::exchange(answers_, {});
}

Bytes TestMember::hello(const Challenge& challenge, const std::optional<Hash>& exporter) const {
  const auto index = world_.index(position_);
  const auto statement =
      session_statement(challenge.nonce, world_.aggregator_key(), index, exporter);
  const Hello hello{index, kProtocolVersion, exporter.has_value(),
                    world_.identity(position_).sign(statement).value()};
  return encode_frame(FrameToAggregator(hello));
}

void TestMember::on(const Challenge& message) {
  answers_.push_back(hello(message, exporter_));
}

void TestMember::on(const Welcome&) {
  send(Join{"t"});
}

void TestMember::on(const Joined& message) {
  joined = message;
}

void TestMember::on(const SessionError& message) {
  session_error = message.reason;
}

void TestMember::on(const PayloadChunk& message) {
  if (!offer_ || message.offset != payload_.size()) return;
  put_bytes(payload_, message.data);
  if (payload_.size() == offer_->parameters.payload_size) offer_complete();
}

void TestMember::on(const SumChunk& message) {
  if (message.offset != sum_.size()) throw std::runtime_error("a gap in the sum");
  put_bytes(sum_, message.data);
  if (sum_.size() == sum_size_) sums.push_back(std::exchange(sum_, {}));
}

void TestMember::on(const BrokenInRound& message) {
  throw std::runtime_error("the server sent a broken message: " + message.error.message());
}

void TestMember::on(InRound<ToParticipant>& frame) {
  if (auto* offer = std::get_if<Offer>(&frame.message)) {
    if (offer_ && *offer_ == *offer) return;  // again
    offer_ = *offer;
    session_id_ = frame.session_id;
    payload_.clear();
    if (offer_->parameters.payload_size == 0) offer_complete();
    return;
  }
  if (const auto* record = std::get_if<RoundRecord>(&frame.message)) {
    records.push_back(completed(*record, frame.session_id));
    came_bare.push_back(record->proof_bytes.empty());
    sum_size_ = record->sum_size;
    sum_.clear();
  }
  if (const auto* aborted = std::get_if<RoundAborted>(&frame.message)) {
    aborts.push_back(aborted->reason);
  }
  if (const auto* rejection = std::get_if<Rejection>(&frame.message)) {
    rejections.push_back(rejection->reason);
  }
  if (!round_ || frame.session_id != session_id_) return;
  std::visit(
      [this](auto& message) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(message)>, Offer>) {
          give(std::move(message));
        }
      },
      frame.message);
}

// [RECORD-10]
SignedRecord TestMember::completed(const RoundRecord& message, const SessionId& id) const {
  SignedRecord record{message.record_bytes, decode_record(message.record_bytes).value(),
                      message.signature, decode_record_proof(message.proof_bytes).value()};
  const bool is_mine = round_ && id == session_id_;
  const OwnTranscript own = is_mine ? round_->transcript() : OwnTranscript{};
  if (message.proof_bytes.empty() && own.attestations != nullptr) {
    record.proof = {*own.adverts, *own.attestations};
  }
  return record;
}

void TestMember::offer_complete() {
  round_.emplace(ParticipantContext{world_.roster(), world_.index(position_),
                                    world_.identity(position_), policy_, store_, world_.entropy()});
  payload_sizes.push_back(payload_.size());
  give(OfferReceived{*offer_, sha256(payload_).value(), payload_.size(), SystemClock().wall_now()});
}

void TestMember::give(ParticipantEvent event) {
  auto effects = round_->handle(std::move(event), SystemClock().now());
  phases.push_back(round_->phase());
  if (dies_at && round_->phase() == *dies_at) dead = true;
  for (auto& effect : effects) {
    if (dead) return;
    if (const auto* message = std::get_if<SendToAggregator>(&effect)) {
      answers_.push_back(encode_in_round(session_id_, message->message));
    } else if (std::holds_alternative<NeedInput>(effect)) {
      const auto& parameters = offer_->parameters;
      const Update update{
          std::vector<double>{static_cast<double>(position_), static_cast<double>(parameters.round),
                              static_cast<double>(payload_.size())},
          1, std::nullopt};
      const auto ring = Ring::of_bits(parameters.ring_bits).value();
      give(InputReady{
          encode(update, parameters.codec, parameters.schema, ring, world_.entropy()).value(),
          input_id(update).value()});
    } else if (const auto* begin = std::get_if<BeginUpload>(&effect)) {
      upload(*begin);
    }
  }
}

void TestMember::upload(const BeginUpload& begin) {
  for (std::uint64_t offset = begin.offset; offset < begin.vector->packed_size();) {
    Bytes data(std::min<std::uint64_t>(begin.vector->packed_size() - offset, kChunkBytes));
    if (!begin.vector->read(offset, data)) throw std::runtime_error("masking failed");
    answers_.push_back(encode_in_round(session_id_, UploadChunk{offset, data}));
    offset += data.size();
  }
  give(UploadSent{});
}

}  // namespace blindsum
