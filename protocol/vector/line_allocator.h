// Memory that starts on a cache line. The kernels of packing and masking load and store 64 bytes at
// a time: each of them is in one line then, not in two.
#pragma once

#include <cstddef>
#include <new>

namespace blindsum::detail {

template <class T>
struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  LineAllocator() = default;
  template <class Other>
  LineAllocator(const LineAllocator<Other>& /*other*/) noexcept {}

  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kLine));
  }
  void deallocate(T* memory, std::size_t /*count*/) noexcept { ::operator delete(memory, kLine); }

  template <class Other>
  bool operator==(const LineAllocator<Other>& /*other*/) const noexcept {
    return true;
  }
};

}  // namespace blindsum::detail
