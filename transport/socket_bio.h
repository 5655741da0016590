// Where OpenSSL reads and writes: a socket, never waiting, and never raising SIGPIPE (OpenSSL's own
// socket BIO does, and a library may not change what the program does about a signal).
#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>

struct bio_st;

namespace blindsum::detail {

// What a BIO works on and how its last call ended. The socket is named anew before each call: it
// may have been closed since, and its number given to another.
struct SocketState {
  int socket = -1;
  bool ended = false;  // the peer sends no more
  // That may still be read; an error after that, no_buffer_space.
  std::uint64_t allowed_bytes = std::numeric_limits<std::uint64_t>::max();
  // That may still be read now; after that it is as if no more had come yet.
  std::size_t turn_bytes = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t handshake_messages = 0;  // that came, of TLS itself
  bool too_many_messages = false;
  boost::system::error_code error;
};

// The state outlives it. Null if there is no memory.
[[nodiscard]] bio_st* make_socket_bio(SocketState& state);

}  // namespace blindsum::detail
