#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "client/wiped_frame.h"
#include "tests/support/heap_watch.h"

namespace blindsum {
namespace {

TEST_CASE("[DISK-5] a frame on its way out is wiped wherever it is given up") {
  const std::vector<Bytes> shares{Bytes(32, 0xa5), Bytes(32, 0x5a)};
  HeapWatch watch(shares);
  {
    Bytes frame(shares[0]);
    const auto* memory = frame.data();
    WipedFrame first(std::move(frame));
    CHECK(first.bytes().data() == memory);  // no copy that nobody wipes
    WipedFrame moved(std::move(first));
    WipedFrame other{Bytes(shares[1])};
    other = std::move(moved);
    CHECK(other.bytes().data() == memory);
    std::vector<WipedFrame> waiting;
    for (int i = 0; i < 20; ++i) waiting.emplace_back(Bytes(shares[1]));
    waiting.erase(waiting.begin());
    waiting.clear();
  }
  CHECK(watch.found() == 0);
  if (!HeapWatch::sees) return;
  {
    const Bytes plain(shares[0]);
  }
  CHECK(watch.found() == 1);  // so it looks
}

}  // namespace
}  // namespace blindsum
