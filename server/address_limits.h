// Who may connect: so many connections in all and from one address, and so many new ones a minute
// from one address. An address of IPv6 stands for its /64, which is what one customer has.
//
// Used by the listener, on its one thread, before anything else is done for a connection.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "crypto/result.h"
#include "protocol/round/clock.h"
#include "server/rate_limit.h"

namespace blindsum {

// What counts as one address: "192.0.2.7", "2001:db8:0:1::/64"; IPv4 in IPv6 is IPv4.
[[nodiscard]] std::string network_of(const boost::asio::ip::address& address);

class AddressLimits {
 public:
  AddressLimits(std::uint32_t most, std::uint32_t most_per_network, std::uint32_t new_per_minute)
      : most_(most), most_per_network_(most_per_network), fresh_(new_per_minute) {}

  // Counts it. Errors, and nothing is counted: too_many_connections, too_many_from_address,
  // connects_too_often.
  [[nodiscard]] Result<void> admit(const std::string& network, Instant now);
  // Of one that was admitted.
  void release(const std::string& network);
  std::size_t open() const { return open_; }

 private:
  const std::uint32_t most_;
  const std::uint32_t most_per_network_;
  RateLimit fresh_;
  std::size_t open_ = 0;
  std::unordered_map<std::string, std::uint32_t> open_from_;
};

}  // namespace blindsum
