// libsodium's slow functions, remembered: most of a run's time would go into computing once more
// what another member has computed. Linked between crypto/ and the library (--wrap, see
// meson.build), for the simulator's programs only. Every answer is the library's own:
//   - the same arguments give the same answer;
//   - what a key signed here is a valid signature under it;
//   - a·(b·G) = b·(a·G), where b·G was computed here;
//   - a point that was computed here is one.
// All else, as every forged signature and every point of a liar's, is computed when it first comes.
#pragma once

namespace blindsum::sim {

// Between runs: what was remembered is given up.
void forget_arithmetic();

}  // namespace blindsum::sim
