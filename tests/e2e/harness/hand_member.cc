#include "tests/e2e/harness/hand_member.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>
#include <variant>

#include "crypto/transcript.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/round_transcript.h"

namespace blindsum::e2e {
namespace {

Instant now() {
  return std::chrono::duration_cast<Instant>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

Hello hello_for(const Challenge& challenge, std::uint32_t index, const SigningKey& key,
                const std::optional<Hash>& exporter) {
  const auto statement =
      session_statement(challenge.nonce, challenge.aggregator_key, index, exporter);
  return {index, kProtocolVersion, exporter.has_value(), key.sign(statement).value()};
}

Greeted greet(std::uint16_t port) {
  Greeted greeted{std::make_unique<RawClient>(port), {}};
  if (!greeted.client->start_tls() || !greeted.client->upgrade()) {
    throw std::runtime_error("no WebSocket with blindsumd");
  }
  const auto frame = greeted.client->receive();
  if (!frame) throw std::runtime_error("no Challenge");
  greeted.challenge = std::get<Challenge>(decode_to_participant(*frame).value());
  return greeted;
}

std::string session_error(RawClient& client) {
  while (const auto frame = client.receive()) {
    const auto message = decode_to_participant(*frame);
    if (!message) return "not of the protocol: " + message.error().message();
    const auto* error = std::get_if<SessionError>(&*message);
    if (error != nullptr) return std::string(name_of(error->reason));
  }
  return client.closed() ? "closed" : "silence";
}

HandMember::HandMember(const Scene& scene, std::uint32_t index, std::vector<std::int64_t> values)
    : scene_(scene),
      index_(index),
      values_(std::move(values)),
      identity_(Keys::instance().secret(member_name(index))),
      roster_(Keys::instance().roster()),
      policy_(scene.options(member_name(index)).policy) {}

void HandMember::connect() {
  auto greeted = greet(scene_.port());
  client_ = std::move(greeted.client);
  const auto exporter = client_->exporter();
  client_->send(
      encode_frame(FrameToAggregator(hello_for(greeted.challenge, index_, identity_, exporter))));
  client_->send(encode_frame(FrameToAggregator(Join{kTask})));
  bool joined = false;
  while (!joined) {
    const auto frame = client_->receive();
    if (!frame) throw std::runtime_error("not joined");
    joined = std::holds_alternative<Joined>(decode_to_participant(*frame).value());
  }
}

bool HandMember::step() {
  if (!client_) return false;
  const auto frame = client_->receive();
  if (!frame) return false;
  auto message = decode_to_participant(*frame);
  if (!message) throw std::runtime_error("blindsumd sent " + message.error().message());
  std::visit([this](auto& one) { on(one); }, *message);
  return true;
}

void HandMember::on(const PayloadChunk& chunk) {
  if (!offer_) return;
  put_bytes(payload_, chunk.data);
  if (payload_.size() == offer_->parameters.payload_size) begin();
}

void HandMember::on(InRound<ToParticipant>& message) {
  if (auto* offer = std::get_if<Offer>(&message.message)) return offered(std::move(*offer));
  const auto* rejection = std::get_if<Rejection>(&message.message);
  if (!round_ || message.session_id != session_id_) {
    if (rejection != nullptr) foreign_rejection_ = rejection->reason;
    return;
  }
  if (rejection != nullptr) rejections_.push_back(*rejection);
  if (rejection != nullptr && hides_rejections) return;
  const auto* abort = std::get_if<RoundAborted>(&message.message);
  if (abort != nullptr) aborted_ = abort->reason;
  const auto* survivors = std::get_if<Survivors>(&message.message);
  if (survivors != nullptr) survivors_ = *survivors;
  voided_ = voided_ || std::holds_alternative<VoidCertificate>(message.message);
  over_ = over_ || abort != nullptr || std::holds_alternative<RoundRecord>(message.message);
  std::visit(
      [this](auto& one) {
        using Message = std::decay_t<decltype(one)>;
        if constexpr (!std::is_same_v<Message, Offer>) give(std::move(one));
      },
      message.message);
}

void HandMember::offered(Offer offer) {
  over_ = false;
  voided_ = false;
  aborted_.reset();
  payload_.clear();
  session_id_ = offer.parameters.session_id;
  const bool complete = offer.parameters.payload_size == 0;
  offer_ = std::move(offer);
  if (complete) begin();
}

// The same offer again is the machine's to answer [ONCE-2].
void HandMember::begin() {
  if (begun_ != session_id_) round_.reset();
  begun_ = session_id_;
  if (!round_)
    round_.emplace(ParticipantContext{roster_, index_, identity_, policy_, store_, entropy_});
  const auto wall_now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  give(OfferReceived{*offer_, sha256(payload_).value(), payload_.size(),
                     static_cast<UnixSeconds>(wall_now)});
}

void HandMember::give(ParticipantEvent event) {
  for (auto& effect : round_->handle(std::move(event), now())) {
    if (const auto* message = std::get_if<SendToAggregator>(&effect)) answer(message->message);
    if (std::holds_alternative<NeedInput>(effect)) give_input();
    if (const auto* begin = std::get_if<BeginUpload>(&effect)) upload(*begin);
  }
}

void HandMember::give_input() {
  const auto& parameters = offer_->parameters;
  const Update update{values_};
  const auto ring = Ring::of_bits(parameters.ring_bits).value();
  give(InputReady{encode(update, parameters.codec, parameters.schema, ring, entropy_).value(),
                  input_id(update).value()});
}

void HandMember::upload(const BeginUpload& begin) {
  vector_ = begin.vector;
  const auto size = vector_->packed_size();
  for (auto offset = begin.offset; offset < size;) {
    UploadChunk chunk{offset, Bytes(std::min<std::uint64_t>(kChunkBytes, size - offset))};
    if (!vector_->read(offset, chunk.data)) throw std::runtime_error("no masked vector");
    offset += chunk.data.size();
    answer(chunk);
  }
  give(UploadSent{});
}

Hash HandMember::th0() const {
  return hash_th0(offer_->parameter_bytes).value();
}

Hash HandMember::th3(std::uint32_t cohort_size) const {
  const auto u3 = Bitmap::parse(survivors_.u3, cohort_size).value();
  return hash_th3(survivors_.th2, u3).value();
}

Bytes HandMember::masked() const {
  Bytes packed(vector_ ? vector_->packed_size() : 0);
  if (vector_ && !vector_->read(0, packed)) throw std::runtime_error("no masked vector");
  return packed;
}

void HandMember::answer(const ToAggregator& message) {
  if (keep_ && keep_(message)) {
    kept_.push_back(message);
  } else {
    send(message);
  }
}

void HandMember::release() {
  keep_ = nullptr;
  for (const auto& message : std::exchange(kept_, {})) send(message);
}

void HandMember::drop() {
  keep_ = nullptr;
  kept_.clear();
}

Bytes HandMember::frame_of(const ToAggregator& message) const {
  return encode_in_round(session_id_, message);
}

void HandMember::send(const ToAggregator& message) {
  send_bytes(frame_of(message));
}

void HandMember::send_bytes(ByteView frame) {
  if (client_) client_->send(frame);
}

void HandMember::leave_round(const SessionId& session_id, Reason reason) {
  send_bytes(encode_in_round(session_id, ToAggregator(Refusal{reason, {}})));
}

bool HandMember::finish(std::uint64_t round) {
  return run_until([&] { return over_ && offer_->parameters.round >= round; });
}

bool HandMember::rejected(Reason reason) {
  const bool told = run_until([&] {
    return std::any_of(rejections_.begin(), rejections_.end(),
                       [&](const Rejection& one) { return one.reason == reason; });
  });
  return told && scene_.logs(fmt::format(": {} ({}): rejected, {} (", member_name(index_), index_,
                                         name_of(reason)));
}

ParticipantPhase HandMember::phase() const {
  return round_ ? round_->phase() : ParticipantPhase::idle;
}

}  // namespace blindsum::e2e
