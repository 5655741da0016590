// Where OpenSSL reads and writes: a socket, never waiting, and never raising SIGPIPE (OpenSSL's own
// socket BIO does, and a library may not change what the program does about a signal).
#pragma once

#include <boost/system/error_code.hpp>

struct bio_st;

namespace blindsum::detail {

// What a BIO works on and how its last call ended. The socket is named anew before each call: it
// may have been closed since, and its number given to another.
struct SocketState {
  int socket = -1;
  bool ended = false;  // the peer sends no more
  boost::system::error_code error;
};

// The state outlives it. Null if there is no memory.
[[nodiscard]] bio_st* make_socket_bio(SocketState& state);

}  // namespace blindsum::detail
