#include "crypto/locked_memory.h"

#include <sodium.h>

#include <mutex>
#include <vector>

namespace blindsum {
namespace {

// A page of most systems; sodium_malloc() puts a canary before it, so that it takes two.
constexpr std::size_t kBlockBytes = 4096;
constexpr std::size_t kSlots = kBlockBytes / detail::kSlotBytes;

struct Slots {
  std::mutex mutex;
  std::vector<void*> free;
  bool locked = true;
};

// Never destroyed: keys may outlive every other object of the program.
Slots& slots() {
  static auto* const made = new Slots;
  return *made;
}

void add_block(Slots& all) {
  auto* const block = static_cast<unsigned char*>(sodium_malloc(kBlockBytes));
  if (block == nullptr) throw std::bad_alloc();
  // It has tried to lock its pages, and does not say how that went: once more, to hear it.
  if (sodium_mlock(block, kBlockBytes) != 0) all.locked = false;
  all.free.reserve(all.free.size() + kSlots);
  for (std::size_t i = 0; i < kSlots; ++i) all.free.push_back(block + i * detail::kSlotBytes);
}

}  // namespace

bool memory_is_locked() {
  Slots& all = slots();
  const std::lock_guard lock(all.mutex);
  return all.locked;
}

namespace detail {

void* take_slot() {
  Slots& all = slots();
  const std::lock_guard lock(all.mutex);
  if (all.free.empty()) add_block(all);
  void* const slot = all.free.back();
  all.free.pop_back();
  return slot;
}

void give_slot(void* slot) {
  sodium_memzero(slot, kSlotBytes);
  Slots& all = slots();
  const std::lock_guard lock(all.mutex);
  all.free.push_back(slot);
}

}  // namespace detail
}  // namespace blindsum
