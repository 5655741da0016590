// Pieces of messages with nothing in them: Beast reads on after such a piece and tells nobody, so
// that a peer that sends nothing else is seen nowhere but in the bytes that come. Each brings at
// least its header, which nobody is given: what came is compared here with what somebody was given.
#pragma once

#include <algorithm>
#include <cstdint>

namespace blindsum {

class EmptyFrames {
 public:
  // A frame, or part of one, was given to somebody, with so many bytes in it.
  void given(std::uint64_t bytes) { known_ += bytes + kLargestHeader; }
  // Of how many nothing is known although they have come: `came` are the bytes of all frames ever.
  // None as long as all may be on its way from TLS to us.
  [[nodiscard]] std::uint64_t count(std::uint64_t came) {
    known_ = std::min(known_, came);  // nobody saves up what headers might have had
    const std::uint64_t unknown = came - known_;
    if (unknown <= kOnItsWay) return 0;
    const std::uint64_t frames = (unknown - kOnItsWay) / kSmallestHeader;
    known_ += frames * kSmallestHeader;
    return frames;
  }

 private:
  static constexpr std::uint64_t kSmallestHeader = 6;  // of a client's [RFC 6455, 5.2]
  static constexpr std::uint64_t kLargestHeader = 14;
  static constexpr std::uint64_t kOnItsWay = std::uint64_t{128} << 10;

  std::uint64_t known_ = 0;
};

}  // namespace blindsum
