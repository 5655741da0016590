// doctest's assertions in tests/support/, used outside of a test: one that fails is a broken
// property like any other.
#pragma once

namespace blindsum::fuzz {

void watch_doctest();

}  // namespace blindsum::fuzz
