// How Beast ends a TlsStream: at once. It ends the stream after a peer has broken RFC 6455 and
// before it says so, and a peer that keeps quiet would hold the connection, and hide its own fault
// behind the failure of that farewell. Whether all has come is known from WebSocket's close frames.
//
// Included where a websocket::stream<TlsStream> is used.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/system/error_code.hpp>
#include <utility>

#include "transport/tls_stream.h"

namespace blindsum {

// Found by Beast through its argument. The socket is closed by whoever holds the stream.
template <class Handler>
void async_teardown(boost::beast::role_type /*role*/, TlsStream& stream, Handler&& handler) {
  boost::asio::post(stream.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler),
                                                     boost::system::error_code()));
}

}  // namespace blindsum
