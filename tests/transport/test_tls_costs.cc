// What a peer can make TLS do for next to nothing: key exchanges in large groups, new keys without
// end, records of one byte.
#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/read.hpp>
#include <string>

#include "tests/transport/ends.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;

// In place of the policy's.
bool shakes_with(const char* groups) {
  Ends ends;
  std::string copy = groups;
  REQUIRE(SSL_ctrl(ends.client().native_handle(), SSL_CTRL_SET_GROUPS_LIST, 0, copy.data()) == 1);
  const bool shook = ends.shake();
  ERR_clear_error();
  return shook;
}

TEST_CASE("TLS: the groups of key exchanges are those that cost little") {
  CHECK(shakes_with("X25519"));
  CHECK(shakes_with("P-256"));
  CHECK(shakes_with("ffdhe2048:P-384:P-256"));  // asked for another share
  for (const auto* groups : {"ffdhe2048", "ffdhe8192", "P-521", "P-384", "X448"}) {
    CAPTURE(groups);
    CHECK_FALSE(shakes_with(groups));
  }
}

// Whether so many went out.
bool renew_keys(TlsStream& stream, int times) {
  SSL* const tls = stream.native_handle();
  for (int i = 0; i < times; ++i) {
    if (SSL_key_update(tls, SSL_KEY_UPDATE_NOT_REQUESTED) != 1 || SSL_do_handshake(tls) != 1) {
      return false;
    }
  }
  return true;
}

TEST_CASE("TLS: keys may be renewed now and then, and not without end") {
  Ends ends;
  REQUIRE(ends.shake());
  char came = 0;
  REQUIRE(renew_keys(ends.client(), 20));
  Outcome written;
  ends.client().async_write_some(asio::buffer("x", 1), written.handler());
  Outcome read;
  ends.server().async_read_some(asio::buffer(&came, 1), read.handler());
  REQUIRE(ends.run_until(written, read));
  CHECK_FALSE(read.error);
  CHECK(came == 'x');
  REQUIRE(renew_keys(ends.client(), 500));
  for (int again = 0; again < 2; ++again) {  // an error stays
    Outcome ended;
    ends.server().async_read_some(asio::buffer(&came, 1), ended.handler());
    REQUIRE(ends.run_until(ended));
    CHECK(ended.error == boost::system::errc::protocol_error);
  }
}

TEST_CASE("TLS: one read is one turn, however small its records are") {
  constexpr std::size_t records = 8'000;
  constexpr std::size_t most_a_turn = (std::size_t{128} << 10) / 22;  // each brings 23 bytes
  Ends ends;
  ends.server().next_layer().set_option(asio::socket_base::receive_buffer_size(1 << 20));
  REQUIRE(ends.shake());
  std::size_t sent = 0;
  std::size_t count = 0;
  while (sent < records && SSL_write_ex(ends.client().native_handle(), "x", 1, &count) == 1) {
    ++sent;
  }
  ERR_clear_error();
  ends.run_for(std::chrono::milliseconds(50));
  if (ends.server().next_layer().available() < 23 * most_a_turn) {
    MESSAGE("skipped: the system's buffers hold less than a turn");
    return;
  }
  Bytes came(sent);
  Outcome read;
  ends.server().async_read_some(asio::buffer(came), read.handler());
  REQUIRE(ends.run_until(read));
  CHECK(read.bytes > 0);
  CHECK(read.bytes <= most_a_turn);
  Outcome rest;
  asio::async_read(ends.server(), asio::buffer(came.data(), sent - read.bytes), rest.handler());
  REQUIRE(ends.run_until(rest));
  CHECK(rest.bytes == sent - read.bytes);
}

}  // namespace
}  // namespace blindsum
