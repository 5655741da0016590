#include "transport/socket_bio.h"

#include <openssl/bio.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace blindsum::detail {
namespace {

SocketState& state_of(BIO* bio) {
  return *static_cast<SocketState*>(BIO_get_data(bio));
}

bool must_wait() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int read_socket(BIO* bio, char* into, std::size_t size, std::size_t* count) {
  auto& state = state_of(bio);
  BIO_clear_retry_flags(bio);
  *count = 0;
  if (state.allowed_bytes == 0) {
    state.error = make_error_code(boost::system::errc::no_buffer_space);
    return 0;
  }
  if (state.turn_bytes == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  size = std::min(size, state.turn_bytes);
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, state.allowed_bytes));
  const auto got = ::recv(state.socket, into, size, MSG_DONTWAIT);
  if (got > 0) {
    *count = static_cast<std::size_t>(got);
    state.allowed_bytes -= *count;
    state.turn_bytes -= *count;
    state.read_bytes += *count;
    return 1;
  }
  if (got == 0) {
    state.ended = true;
  } else if (must_wait()) {
    BIO_set_retry_read(bio);
  } else {
    state.error.assign(errno, boost::system::system_category());
  }
  return 0;
}

int write_socket(BIO* bio, const char* from, std::size_t size, std::size_t* count) {
  auto& state = state_of(bio);
  BIO_clear_retry_flags(bio);
  const auto put = ::send(state.socket, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (put >= 0) {
    *count = static_cast<std::size_t>(put);
    return 1;
  }
  *count = 0;
  if (must_wait()) {
    BIO_set_retry_write(bio);
  } else {
    state.error.assign(errno, boost::system::system_category());
  }
  return 0;
}

// There is nothing to flush, and nothing else that OpenSSL asks of a socket has to be known here.
long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// Made once, and for good.
const BIO_METHOD* method() {
  static const BIO_METHOD* const made = [] {
    const int index = BIO_get_new_index();
    BIO_METHOD* const socket =
        index == -1 ? nullptr : BIO_meth_new(index | BIO_TYPE_SOURCE_SINK, "blindsum socket");
    if (socket == nullptr) return socket;
    const bool complete = BIO_meth_set_read_ex(socket, read_socket) == 1 &&
                          BIO_meth_set_write_ex(socket, write_socket) == 1 &&
                          BIO_meth_set_ctrl(socket, control) == 1;
    return complete ? socket : nullptr;
  }();
  return made;
}

}  // namespace

bio_st* make_socket_bio(SocketState& state) {
  BIO* const bio = method() == nullptr ? nullptr : BIO_new(method());
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &state);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace blindsum::detail
