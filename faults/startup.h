// How a faulty build begins; in a build without faults nobody calls it, and it is not compiled.
#pragma once

#include <optional>

namespace blindsum {

// First thing in main(). Says on stderr that this build is faulty; switches on the fault that the
// environment variable BLINDSUM_FAULT names, none if it is not set; with --faults as the only
// argument prints all faults, a line each: name, side, rules and text, with tabs between them.
// An exit code if the program is to end: 0 after --faults, 2 for a name that there is not.
std::optional<int> begin_faulty(int argc, const char* const* argv);

}  // namespace blindsum
