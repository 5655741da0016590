#include "server/admin/places.h"

#include <boost/asio/ip/address_v6.hpp>

#include "server/address_limits.h"

namespace blindsum {

namespace ip = boost::asio::ip;

namespace {

bool is_of_this_machine(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).is_loopback();
  }
  return address.is_loopback();
}

}  // namespace

bool AdminPlaces::take(const ip::address& address) {
  const bool elsewhere = !is_of_this_machine(address);
  if (taken_ >= kMost) return false;
  if (elsewhere && taken_from_elsewhere_ >= kMost - kForLoopback) return false;
  const auto network = network_of(address);
  const auto found = taken_by_.find(network);
  if (found != taken_by_.end() && found->second >= kMostOfOne) return false;
  ++taken_by_[network];
  ++taken_;
  if (elsewhere) ++taken_from_elsewhere_;
  return true;
}

void AdminPlaces::leave(const ip::address& address) {
  const auto found = taken_by_.find(network_of(address));
  if (found == taken_by_.end()) return;
  if (--found->second == 0) taken_by_.erase(found);
  --taken_;
  if (!is_of_this_machine(address)) --taken_from_elsewhere_;
}

}  // namespace blindsum
