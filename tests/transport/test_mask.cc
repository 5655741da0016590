// Our masks in Beast's place (buildsupport/beast_mask.cc) against RFC 6455, 5.3, byte by byte.
#include <doctest/doctest.h>

#include <boost/beast/websocket/detail/mask.hpp>
#include <cstdint>
#include <vector>

namespace {

namespace websocket = boost::beast::websocket::detail;

TEST_CASE("mask: any length at any place, and the next piece goes on where the last one ended") {
  const std::uint32_t key = 0x7856a134;
  for (std::size_t first = 0; first < 300; first += 7) {
    for (const std::size_t offset : {0U, 1U, 3U}) {
      std::vector<std::uint8_t> bytes(offset + 700);
      for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 13);
      auto expected = bytes;
      for (std::size_t i = offset; i < bytes.size(); ++i) {
        expected[i] ^= static_cast<std::uint8_t>(key >> (8 * ((i - offset) % 4)));
      }
      websocket::prepared_key prepared;
      websocket::prepare_key(prepared, key);
      websocket::mask_inplace(boost::asio::buffer(bytes.data() + offset, first), prepared);
      websocket::mask_inplace(boost::asio::buffer(bytes.data() + offset + first, 700 - first),
                              prepared);
      CHECK(bytes == expected);
    }
  }
}

}  // namespace
