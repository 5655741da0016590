#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "server/frame_buffer.h"
#include "tests/support/heap_watch.h"

namespace blindsum {
namespace {

Bytes counted(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(1 + i * 7 + i / 251);
  return bytes;
}

// As it comes, at most `piece` at a time; `known` is whether its size is known before its end.
void read(FrameBuffer& buffer, const Bytes& frame, std::size_t piece, bool known,
          std::size_t most = SIZE_MAX) {
  while (buffer.filled() < std::min(frame.size(), most)) {
    const std::size_t rest = known ? frame.size() - buffer.filled() : 512;
    const ByteSpan room = buffer.room(rest);
    REQUIRE(!room.empty());
    const std::size_t count = std::min({piece, room.size(), frame.size() - buffer.filled()});
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(buffer.filled()), count, room.begin());
    buffer.fill(count);
  }
}

constexpr std::size_t kSizes[] = {1, 511, 512, 513, 5'000, 70'000, 1'100'000};

TEST_CASE("frame buffer: what came is given, in memory of its own size") {
  for (const std::size_t size : kSizes) {
    for (const std::size_t piece : {std::size_t{100}, std::size_t{4'000}, std::size_t{1} << 20}) {
      for (const bool known : {true, false}) {
        CAPTURE(size);
        CAPTURE(piece);
        CAPTURE(known);
        const Bytes frame = counted(size);
        FrameBuffer buffer;
        read(buffer, frame, piece, known);
        const Bytes taken = buffer.take();
        CHECK(taken == frame);
        CHECK(taken.capacity() <= 2 * size + 256);
        CHECK(buffer.filled() == 0);
      }
    }
  }
}

TEST_CASE("frame buffer: memory is bounded by what has come, not by what is announced") {
  FrameBuffer buffer;
  const Bytes frame = counted(40'000);
  CHECK(buffer.room(SIZE_MAX / 4).size() <= 512);
  read(buffer, frame, 512, false);
  CHECK(buffer.room(std::size_t{1} << 30).size() <= std::size_t{64} << 10);
  CHECK(buffer.take().capacity() <= 2 * frame.size() + 256);
}

// [REBUILD-5] Shares that members reveal are in frames, and masked vectors.
TEST_CASE("[REBUILD-5] frame buffer: nothing of a frame is left in memory that is given back") {
  if (!HeapWatch::sees) return;
  for (const std::size_t size : kSizes) {
    if (size < 511) continue;  // too short to be sure of
    CAPTURE(size);
    const Bytes frame = counted(size);
    const std::vector<Bytes> needles{Bytes(frame.begin(), frame.begin() + 32),
                                     Bytes(frame.end() - 32, frame.end())};
    const HeapWatch watch(needles);
    {
      FrameBuffer buffer;
      read(buffer, frame, 300, true);
      Bytes taken = buffer.take();
      wipe(std::span(taken));
    }
    {
      FrameBuffer cut_off;
      read(cut_off, frame, 300, false, size - 40);
    }
    {
      FrameBuffer dropped;
      read(dropped, frame, 300, true);
      dropped.drop();
    }
    {
      FrameBuffer used_again;
      read(used_again, frame, 300, true);
      used_again.drop();
      CHECK_FALSE(used_again.room(100).empty());
    }
    CHECK(watch.found() == 0);
    {
      const Bytes copy = frame;
    }  // the watch sees
    CHECK(watch.found() == 1);
  }
}

}  // namespace
}  // namespace blindsum
