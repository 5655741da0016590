// The inner loops of packing.h, one implementation per instruction set, chosen once by what the CPU
// has. All of them give the same bits for every ring and length; none reads or writes a byte
// outside of what it is handed. They check nothing: packing.h does, and everybody but tests and
// benchmarks calls that.
#pragma once

#include <cstdint>
#include <span>

#include "crypto/bytes.h"
#include "protocol/vector/ring.h"

namespace blindsum::detail {

struct PackingKernel {
  const char* name;
  bool supported;  // by this CPU; else it must not be called
  // Words are those of the ring's width, out and packed exactly ring.packed_size(words) bytes.
  void (*pack)(Ring ring, const ConstWordSpan& words, ByteSpan out);
  void (*unpack_add)(Ring ring, ByteView packed, const WordSpan& words);
};

// Fastest first; the last one is portable.
std::span<const PackingKernel> packing_kernels();
// The first that is supported.
const PackingKernel& packing_kernel();

void pack_portable(Ring ring, const ConstWordSpan& words, ByteSpan out);
void unpack_add_portable(Ring ring, ByteView packed, const WordSpan& words);
void pack_avx2(Ring ring, const ConstWordSpan& words, ByteSpan out);
void unpack_add_avx2(Ring ring, ByteView packed, const WordSpan& words);
void pack_avx512(Ring ring, const ConstWordSpan& words, ByteSpan out);
void unpack_add_avx512(Ring ring, ByteView packed, const WordSpan& words);

}  // namespace blindsum::detail
