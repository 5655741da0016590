// Why a connection ended before the protocol's own reasons apply (TLS, HTTP, WebSocket). Shown in
// the log; the peer sees the TLS alert, the HTTP status or the WebSocket close code.
#pragma once

#include <boost/system/error_code.hpp>
#include <type_traits>

namespace blindsum {

enum class ConnectionError {
  tls_failed = 1,         // not TLS 1.3, no common cipher, a broken handshake or record
  http_failed,            // no HTTP request that can be read
  upgrade_required,       // a plain HTTP request: it got a page that says so
  websocket_failed,       // the WebSocket handshake or a frame breaks RFC 6455
  too_many_connections,   // above limits.max_connections
  too_many_from_address,  // above limits.max_connections_per_address
  connects_too_often,     // above limits.new_connections_per_address
  too_much_before_hello,  // more than limits.before_hello from somebody who has not said Hello
  too_many_frames,        // above limits.frames_per_second: pings, fragments, small messages
  handshake_timeout,      // TLS and upgrade took longer than limits.handshake_time
  idle_timeout,           // nothing came, not even an answer to a ping
  closed_by_peer,
  closed_by_server,
};

[[nodiscard]] const boost::system::error_category& connection_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(ConnectionError error) noexcept;

}  // namespace blindsum

template <>
struct boost::system::is_error_code_enum<blindsum::ConnectionError> : std::true_type {};
