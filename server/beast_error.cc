#include "server/beast_error.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/websocket/error.hpp>

namespace blindsum::detail {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

Error named_error(const Error& error, ConnectionError otherwise) {
  if (error == websocket::error::closed || error == asio::error::eof ||
      error == asio::error::connection_reset || error == asio::error::operation_aborted ||
      error == asio::error::broken_pipe || error == asio::ssl::error::stream_truncated) {
    return ConnectionError::closed_by_peer;
  }
  if (error == boost::system::errc::no_buffer_space) return ConnectionError::too_much_before_hello;
  if (error == boost::system::errc::protocol_error) return ConnectionError::too_many_frames;
  if (error == beast::error::timeout) return ConnectionError::idle_timeout;
  if (error.category() == asio::error::get_ssl_category()) return ConnectionError::tls_failed;
  if (error.category() == boost::system::system_category()) return error;
  return otherwise;
}

}  // namespace blindsum::detail
