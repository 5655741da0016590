// Who may have a connection to the operator's port: so many in all, fewer from one address, and
// some that only this machine gets, so that nobody who has not even said who he is keeps health
// checks out. An address of IPv6 stands for its /64. On the admin server's thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <map>
#include <string>

namespace blindsum {

class AdminPlaces {
 public:
  static constexpr unsigned kMost = 64;
  static constexpr unsigned kMostOfOne = 24;  // listeners to events may all come from one
  static constexpr unsigned kForLoopback = 16;
  static_assert(kMostOfOne + kForLoopback <= kMost);

  // Counts it, if there is a place for it.
  [[nodiscard]] bool take(const boost::asio::ip::address& address);
  // Of one that was counted.
  void leave(const boost::asio::ip::address& address);

 private:
  unsigned taken_ = 0;
  unsigned taken_from_elsewhere_ = 0;
  std::map<std::string, unsigned> taken_by_;
};

}  // namespace blindsum
