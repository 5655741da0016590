// An aggregator's door that does what a test tells it: a TLS server on localhost that serves one
// connection after another, each by a script. Scripts run on its thread; one that is surprised
// throws, and its connection ends.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "protocol/wire/frames.h"
#include "tests/client/participant_world.h"

namespace blindsum {

// One connection, from the server's side. Everything blocks, for a few seconds at most.
class FakeConnection {
 public:
  virtual ~FakeConnection() = default;

  virtual void send(ByteView frame) = 0;
  virtual void send_text(const std::string& text) = 0;
  // Throws when the connection ends.
  virtual Bytes receive() = 0;
  virtual const Hash& exporter() const = 0;
  // After the end: what the other side gave as its reason for closing.
  virtual std::string close_reason() const = 0;

  void say(const FrameToParticipant& frame) { send(encode_frame(frame)); }
  FrameToAggregator hear() { return decode_to_aggregator(receive()).value(); }
  // Until the other side is gone.
  void wait_for_end();
  // The honest steps. The Hello of this member is checked.
  void challenge(const VerifyKey& aggregator);
  Hello welcome(const ParticipantWorld& world, std::uint32_t member);
  void join(const ParticipantWorld& world, std::uint32_t member);

 protected:
  Nonce nonce_;
};

struct FakeDoor {
  std::filesystem::path certificate;
  std::filesystem::path key;
  bool tls_1_2 = false;        // no newer one
  std::string plain_answer{};  // instead of a WebSocket: what it says within TLS
};

class FakeAggregator {
 public:
  using Script = std::function<void(FakeConnection&)>;

  // Connections beyond the scripts are closed at once.
  FakeAggregator(FakeDoor door, std::vector<Script> scripts);
  FakeAggregator(const FakeAggregator&) = delete;
  FakeAggregator& operator=(const FakeAggregator&) = delete;
  ~FakeAggregator();

  std::uint16_t port() const;
  std::size_t connections() const;
  // What the scripts complained about, and why TLS or the upgrade failed; in order.
  std::vector<std::string> complaints() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The world's own door.
FakeDoor door_of(const ParticipantWorld& world);

}  // namespace blindsum
