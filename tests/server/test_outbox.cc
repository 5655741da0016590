#include <doctest/doctest.h>

#include "server/outbox.h"

namespace blindsum {
namespace {

SharedBytes bytes(std::size_t size) {
  return std::make_shared<const Bytes>(size, std::uint8_t{7});
}

Bytes whole(const OutMessage& message) {
  Bytes all = message.header;
  put_bytes(all, message.body);
  return all;
}

TEST_CASE("outbox: frames and blobs leave in their order, blobs as chunk frames [OFFER-1]") {
  Outbox outbox(1'000'000);
  SessionId id;
  id.bytes.fill(3);
  REQUIRE(outbox.push(bytes(5)));
  REQUIRE(outbox.push(Blob{ChunkType::payload, id, bytes(2 * kChunkBytes + 10)}));
  REQUIRE(outbox.push(bytes(6)));
  CHECK(whole(*outbox.next()) == *bytes(5));
  std::uint64_t offset = 0;
  for (const std::size_t size : {kChunkBytes, kChunkBytes, std::size_t{10}}) {
    const auto frame = decode_to_participant(whole(*outbox.next())).value();
    const auto& chunk = std::get<PayloadChunk>(frame);
    CHECK(chunk.session_id == id);
    CHECK(chunk.offset == offset);
    CHECK(chunk.data.size() == size);
    offset += size;
  }
  CHECK(whole(*outbox.next()) == *bytes(6));
  CHECK_FALSE(outbox.next().has_value());
  CHECK(outbox.empty());
}

TEST_CASE("outbox: what waits is bounded, in bytes and in number [SESSION-8]") {
  Outbox outbox(10'000);
  CHECK_FALSE(outbox.push(bytes(10'000)));
  CHECK(outbox.push(bytes(9'000)));
  CHECK_FALSE(outbox.push(bytes(900)));
  // Of a blob only one chunk at a time is ours.
  CHECK(outbox.push(Blob{ChunkType::sum, {}, bytes(1'000'000)}));
  CHECK(outbox.next().has_value());
  CHECK(outbox.push(bytes(9'000)));
  outbox.clear();
  CHECK(outbox.empty());
  std::size_t number = 0;
  while (outbox.push(bytes(1))) ++number;
  CHECK(number < 100);
  while (outbox.next()) {
  }
  CHECK(outbox.push(bytes(9'000)));
}

TEST_CASE("outbox: an empty blob is no message") {
  Outbox outbox(1'000);
  CHECK(outbox.push(Blob{ChunkType::payload, {}, bytes(0)}));
  CHECK_FALSE(outbox.next().has_value());
}

}  // namespace
}  // namespace blindsum
