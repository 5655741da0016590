// Where keys live that last as long as the process: pages that are never swapped out and are in no
// core file, with guard pages around them (sodium_malloc). Slots of one size in few pages: each
// page counts against RLIMIT_MEMLOCK, and one a key would soon be too many.
//
// The system may refuse to lock; then the slots are ordinary memory, and memory_is_locked() says
// so: whoever has a log tells the operator. May be used from several threads at once.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace blindsum {

// Whether all slots given out so far could be locked.
[[nodiscard]] bool memory_is_locked();

namespace detail {

inline constexpr std::size_t kSlotBytes = 128;
// Throws std::bad_alloc.
[[nodiscard]] void* take_slot();
// Wipes it.
void give_slot(void* slot);

template <class T>
struct GiveSlot {
  void operator()(T* value) const {
    value->~T();
    give_slot(value);
  }
};

}  // namespace detail

template <class T>
using Locked = std::unique_ptr<T, detail::GiveSlot<T>>;

template <class T, class... Arguments>
Locked<T> make_locked(Arguments&&... arguments) {
  static_assert(sizeof(T) <= detail::kSlotBytes && alignof(T) <= 16);
  return Locked<T>(new (detail::take_slot()) T{std::forward<Arguments>(arguments)...});
}

}  // namespace blindsum
