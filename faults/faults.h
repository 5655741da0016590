// Faults on purpose: protocol mistakes, compiled in by the meson option `faults` and switched on by
// name, one a process, so that the conformance suite can show that it notices each (./run mutants).
// list.def says what there is.
//
// Without the option fault() is a constant, at every level of optimisation: what stands behind it
// is not in the program, and may not even be compiled.
#pragma once

#include <concepts>

namespace blindsum {

enum class Fault {
  none,
#define FAULT(name, side, rules, text) name,
#include "faults/list.def"
#undef FAULT
};

// Whether one of these is switched on.
#ifdef BLINDSUM_FAULTS

namespace detail {
inline Fault active_fault = Fault::none;  // set by begin_faulty(), before there are threads
}

template <std::same_as<Fault>... Faults>
bool fault(Faults... any) {
  return ((detail::active_fault == any) || ...);
}

#else

template <std::same_as<Fault>... Faults>
consteval bool fault(Faults... /*any*/) {
  return false;
}

#endif

}  // namespace blindsum
