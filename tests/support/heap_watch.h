// What is left in memory that is given back: shows that secrets are wiped wherever they were copied
// to [DISK-5, REBUILD-5]. A program that links this has its operator delete look into every block
// while a watch lives, and clear it always, so that no block has anything of an older one.
//
// The heap only, and what came by operator new: neither the stack nor what libraries malloc.
#pragma once

#include <cstddef>
#include <vector>

#include "crypto/bytes.h"
#include "support/sanitizer.h"

// The thread sanitizer's runtime has an operator delete that no program may replace.
#define BLINDSUM_HEAP_WATCHED (!BLINDSUM_THREAD_SANITIZED)

namespace blindsum {

// One at a time, of one thread.
class HeapWatch {
 public:
  static constexpr bool sees = BLINDSUM_HEAP_WATCHED;  // else found() stays 0

  explicit HeapWatch(std::vector<Bytes> needles);
  HeapWatch(const HeapWatch&) = delete;
  HeapWatch& operator=(const HeapWatch&) = delete;
  ~HeapWatch();

  // Blocks that were given back with one of the needles in them.
  std::size_t found() const { return found_; }

  void look_into(ByteView block);

 private:
  std::vector<Bytes> needles_;
  std::size_t found_ = 0;
};

}  // namespace blindsum
