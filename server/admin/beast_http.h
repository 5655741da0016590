// One request and its answer, over a socket. Between admin_server.cc and beast_http.cc only, so
// that Beast stays in beast_*.cc.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "server/admin/http.h"
#include "server/tls.h"

namespace blindsum::detail {

// Returns once the connection is over, whatever became of it; the handler outlives that. `peer` is
// "address:port". `tls` is null for plain HTTP. Whoever needs longer than a few seconds for a
// request, or for a piece of an answer, is cut.
boost::asio::awaitable<void> serve_http(boost::asio::ip::tcp::socket socket, std::string peer,
                                        const TlsContext* tls, AdminHandler& handler);

}  // namespace blindsum::detail
