// Lies under good signatures.
#pragma once

#include "tests/sim/liars/lie.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum::sim {

TagBytes bytes_of(const Point& point);
// The same items, each signed anew, and all of them together.
Shares resigned(LieScene& scene, Shares shares);
// Only the signature over all.
Shares resigned_outside(LieScene& scene, Shares shares);
// The answer, with its hash and its signature.
Unmask resigned(LieScene& scene, Unmask unmask);

}  // namespace blindsum::sim
