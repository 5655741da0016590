// What it costs to receive bytes and throw them away: the limit that the aggregator's way in is
// held against. Connections over loopback, TLS 1.3 with AES-256-GCM, each sender on a thread of its
// own; as an upload comes: messages of 1 MiB, read with the same stream and the same buffer as the
// server's.
#pragma once

#include <cstdint>

namespace blindsum::bench {

enum class SinkKind {
  tls,        // one connection, a stream of bytes without messages
  websocket,  // RFC 6455 on top, by Beast
  // The same from kPacedSenders at once, each of which makes a message before it sends it, as a
  // participant with kPacedStreams masks does: the receiver waits in between, is woken for less at
  // a time, and shares the processor with those who mask.
  paced_websocket,
};
inline constexpr std::uint32_t kPacedSenders = 20;
inline constexpr std::uint32_t kPacedStreams = 20;

struct SinkCost {
  std::uint64_t bytes = 0;  // that came in this time
  double cpu_s = 0;         // of the receiving thread, once all connections are open
  double wall_s = 0;        // until the last byte
  double cpu_s_per_gb() const { return cpu_s / (static_cast<double>(bytes) / 1e9); }
};

// Throws std::runtime_error if something is in the way.
SinkCost measure_tls_sink(SinkKind kind, std::uint64_t bytes);

// Full handshakes with upgrade, one after the other, a second of the server's CPU.
double handshakes_per_cpu_second(std::uint32_t count);

}  // namespace blindsum::bench
