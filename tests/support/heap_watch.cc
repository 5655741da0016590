#include "tests/support/heap_watch.h"

#include <malloc.h>
#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

namespace blindsum {
namespace {

HeapWatch* active = nullptr;

}  // namespace

HeapWatch::HeapWatch(std::vector<Bytes> needles) : needles_(std::move(needles)) {
  active = this;
}

HeapWatch::~HeapWatch() {
  active = nullptr;
}

void HeapWatch::look_into(ByteView block) {
  const auto is_in = [block](const Bytes& needle) {
    return std::search(block.begin(), block.end(), needle.begin(), needle.end()) != block.end();
  };
  if (std::any_of(needles_.begin(), needles_.end(), is_in)) ++found_;
}

}  // namespace blindsum

#if BLINDSUM_HEAP_WATCHED

// The other forms of new and delete come down to these; but under the address sanitizer each is its
// runtime's own.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return std::malloc(std::max<std::size_t>(size, 1));
}

void* operator new(std::size_t size) {
  void* const block = operator new(size, std::nothrow);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  // Of the size of whole steps, and not of none.
  void* const block = std::aligned_alloc(step, (size / step + 1) * step);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  const std::size_t size = malloc_usable_size(block);
  if (blindsum::active != nullptr) {
    blindsum::active->look_into({static_cast<const std::uint8_t*>(block), size});
  }
  sodium_memzero(block, size);
  std::free(block);
}

void operator delete(void* block, std::size_t /*size*/) noexcept {
  operator delete(block);
}

void operator delete(void* block, std::align_val_t /*alignment*/) noexcept {
  operator delete(block);
}

void operator delete(void* block, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  operator delete(block);
}

#endif
