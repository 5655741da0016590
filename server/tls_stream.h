// The TLS stream under a WebSocket. Unlike Beast's own it ends without waiting for the peer's
// farewell (close_notify): Beast ends the stream after a peer has broken RFC 6455 and before it
// says so, and a peer that keeps quiet would hold the connection, and hide its own fault behind the
// failure of that farewell. Whether all has come is known from WebSocket's close frames.
//
// Used by beast_connection.h.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <utility>

#include "crypto/result.h"

namespace blindsum::detail {

class TlsStream : public boost::beast::ssl_stream<boost::asio::ip::tcp::socket> {
 public:
  using boost::beast::ssl_stream<boost::asio::ip::tcp::socket>::ssl_stream;
};

// Found by Beast through its argument. The socket is closed by whoever holds the stream.
template <class Handler>
void async_teardown(boost::beast::role_type /*role*/, TlsStream& stream, Handler&& handler) {
  boost::asio::post(stream.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler), Error()));
}

}  // namespace blindsum::detail
