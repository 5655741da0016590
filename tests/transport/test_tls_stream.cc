// What Beast relies on: bytes come whole and in order however they are cut, nobody is called back
// from within, every end has its name, and a closed socket is not touched.
#include <doctest/doctest.h>
#include <openssl/err.h>
#include <signal.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <numeric>

#include "tests/transport/ends.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;

Bytes counting(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 256);
  return bytes;
}

bool ended(const boost::system::error_code& error) {
  return error == asio::ssl::error::stream_truncated || error == asio::error::connection_reset;
}

TEST_CASE("stream: more than the system takes arrives whole, with the socket full in between") {
  Ends ends;
  REQUIRE(ends.shake());
  const Bytes sent = counting(std::size_t{40} << 20);
  Outcome written;
  asio::async_write(ends.client(), asio::buffer(sent), written.handler());
  ends.run_for(std::chrono::milliseconds(50));
  CHECK_FALSE(written.done);  // nobody reads yet
  Bytes came(sent.size());
  Outcome read;
  asio::async_read(ends.server(), asio::buffer(came), read.handler());
  REQUIRE(ends.run_until(written, read));
  CHECK(written.bytes == sent.size());
  CHECK(came == sent);
}

TEST_CASE("stream: a read is filled with all records that are there") {
  Ends ends;
  REQUIRE(ends.shake());
  const Bytes sent = counting(30'000);  // two records, and no more than TCP begins with
  Outcome written;
  asio::async_write(ends.client(), asio::buffer(sent), written.handler());
  REQUIRE(ends.run_until(written));
  Bytes came(20'000);
  Outcome read;
  ends.server().async_read_some(asio::buffer(came), read.handler());
  REQUIRE(ends.run_until(read));
  CHECK(read.bytes == came.size());
  Outcome rest;
  ends.server().async_read_some(asio::buffer(came), rest.handler());
  REQUIRE(ends.run_until(rest));
  CHECK(rest.bytes == sent.size() - came.size());
}

TEST_CASE("stream: many small buffers, and more than are looked at in one call") {
  Ends ends;
  REQUIRE(ends.shake());
  const Bytes sent = counting(100 * 7 + 30'000);
  std::vector<asio::const_buffer> pieces;
  for (std::size_t i = 0; i < 100; ++i) pieces.push_back(asio::buffer(sent.data() + 7 * i, 7));
  pieces.insert(pieces.begin() + 50, asio::const_buffer());
  pieces.push_back(asio::buffer(sent.data() + 700, 30'000));
  Outcome written;
  asio::async_write(ends.client(), pieces, written.handler());
  Bytes came(sent.size());
  Outcome read;
  asio::async_read(ends.server(), asio::buffer(came), read.handler());
  REQUIRE(ends.run_until(written, read));
  CHECK(came == sent);
}

TEST_CASE("stream: what can be done at once still completes later") {
  Ends ends;
  REQUIRE(ends.shake());
  Outcome written;
  ends.client().async_write_some(asio::buffer("x", 1), written.handler());
  CHECK_FALSE(written.done);
  REQUIRE(ends.run_until(written));
  char came = 0;
  Outcome read;
  ends.server().async_read_some(asio::buffer(&came, 1), read.handler());
  CHECK_FALSE(read.done);
  REQUIRE(ends.run_until(read));
  CHECK(came == 'x');
}

TEST_CASE("stream: a peer that says goodbye, one that just goes, one that is reset") {
  std::array<char, 10> room{};
  SUBCASE("goodbye") {
    Ends ends;
    REQUIRE(ends.shake());
    Outcome shut;
    Outcome read;
    Outcome back;
    ends.client().async_shutdown(shut.handler());
    ends.server().async_read_some(asio::buffer(room), read.handler());
    REQUIRE(ends.run_until(read));
    CHECK(read.error == asio::error::eof);
    ends.server().async_shutdown(back.handler());
    REQUIRE(ends.run_until(shut));
    CHECK_FALSE(shut.error);
  }
  SUBCASE("gone") {
    Ends ends;
    REQUIRE(ends.shake());
    ends.client().next_layer().close();
    for (int again = 0; again < 2; ++again) {  // an error stays
      Outcome read;
      ends.server().async_read_some(asio::buffer(room), read.handler());
      REQUIRE(ends.run_until(read));
      CHECK(ended(read.error));
    }
  }
  SUBCASE("bytes before the end come first") {
    Ends ends;
    REQUIRE(ends.shake());
    Outcome written;
    ends.client().async_write_some(asio::buffer("last", 4), written.handler());
    REQUIRE(ends.run_until(written));
    ends.client().next_layer().close();
    Outcome read;
    ends.server().async_read_some(asio::buffer(room), read.handler());
    REQUIRE(ends.run_until(read));
    CHECK_FALSE(read.error);
    CHECK(read.bytes == 4);
    Outcome end;
    ends.server().async_read_some(asio::buffer(room), end.handler());
    REQUIRE(ends.run_until(end));
    CHECK(ended(end.error));
  }
}

TEST_CASE("stream: writing to a peer that has gone is an error, and no signal") {
  ::signal(SIGPIPE, SIG_DFL);  // would end this program
  Ends ends;
  REQUIRE(ends.shake());
  ends.client().next_layer().close();
  const Bytes much = counting(1 << 20);
  Outcome written;
  asio::async_write(ends.server(), asio::buffer(much), written.handler());
  REQUIRE(ends.run_until(written));
  CHECK(written.error);
  CHECK(written.error.category() == boost::system::system_category());
}

TEST_CASE("stream: closing the socket ends what is under way, and what is begun after") {
  Ends ends;
  REQUIRE(ends.shake());
  std::array<char, 10> room{};
  Outcome read;
  ends.server().async_read_some(asio::buffer(room), read.handler());
  ends.run_for(std::chrono::milliseconds(10));
  CHECK_FALSE(read.done);
  ends.server().next_layer().close();
  REQUIRE(ends.run_until(read));
  CHECK(read.error == asio::error::operation_aborted);
  Outcome later;
  ends.server().async_read_some(asio::buffer(room), later.handler());
  REQUIRE(ends.run_until(later));
  CHECK(later.error == asio::error::operation_aborted);
}

TEST_CASE("stream: what is not TLS is named by OpenSSL, whatever others left in its queue") {
  Ends ends;
  asio::write(ends.client().next_layer(), asio::buffer(std::string("GET / HTTP/1.1\r\n\r\n")));
  ERR_raise(ERR_LIB_RSA, ERR_R_MALLOC_FAILURE);
  Outcome shaken;
  ends.server().async_handshake(shaken.handler());
  REQUIRE(ends.run_until(shaken));
  CHECK(shaken.error.category() == asio::error::get_ssl_category());
  CHECK(shaken.error.message().find("http request") != std::string::npos);
}

}  // namespace
}  // namespace blindsum
