#include "server/address_limits.h"

#include <algorithm>
#include <boost/asio/ip/address_v6.hpp>

#include "server/connection_error.h"

namespace blindsum {

namespace ip = boost::asio::ip;

std::string network_of(const ip::address& address) {
  if (address.is_v4()) return address.to_string();
  const ip::address_v6 six = address.to_v6();
  if (six.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, six).to_string();
  auto bytes = six.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return ip::address_v6(bytes).to_string() + "/64";
}

Result<void> AddressLimits::admit(const std::string& network, Instant now) {
  if (open_ >= most_) return ConnectionError::too_many_connections;
  const auto found = open_from_.find(network);
  if (found != open_from_.end() && found->second >= most_per_network_) {
    return ConnectionError::too_many_from_address;
  }
  if (!fresh_.take(network, now)) return ConnectionError::connects_too_often;
  ++open_from_[network];  // first, as it may throw
  ++open_;
  return {};
}

void AddressLimits::release(const std::string& network) {
  const auto found = open_from_.find(network);
  if (found == open_from_.end()) return;
  --open_;
  if (--found->second == 0) open_from_.erase(found);
}

}  // namespace blindsum
