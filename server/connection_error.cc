#include "server/connection_error.h"

#include <string>

namespace blindsum {
namespace {

const char* name_of(ConnectionError error) {
  switch (error) {
    case ConnectionError::tls_failed:
      return "tls_failed";
    case ConnectionError::http_failed:
      return "http_failed";
    case ConnectionError::upgrade_required:
      return "upgrade_required";
    case ConnectionError::websocket_failed:
      return "websocket_failed";
    case ConnectionError::too_many_connections:
      return "too_many_connections";
    case ConnectionError::too_many_from_address:
      return "too_many_from_address";
    case ConnectionError::connects_too_often:
      return "connects_too_often";
    case ConnectionError::too_much_before_hello:
      return "too_much_before_hello";
    case ConnectionError::too_many_frames:
      return "too_many_frames";
    case ConnectionError::handshake_timeout:
      return "handshake_timeout";
    case ConnectionError::idle_timeout:
      return "idle_timeout";
    case ConnectionError::closed_by_peer:
      return "closed_by_peer";
    case ConnectionError::closed_by_server:
      return "closed_by_server";
  }
  return "unknown";
}

class ConnectionCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "blindsum.connection"; }
  [[nodiscard]] std::string message(int value) const override {
    return name_of(static_cast<ConnectionError>(value));
  }
};

}  // namespace

const boost::system::error_category& connection_category() noexcept {
  static const ConnectionCategory category;
  return category;
}

boost::system::error_code make_error_code(ConnectionError error) noexcept {
  return {static_cast<int>(error), connection_category()};
}

}  // namespace blindsum
