// A macro benchmark's result for people and for programs.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "tests/bench/macro/macro.h"

namespace blindsum::bench {

[[nodiscard]] boost::json::object to_json(const MacroResult& result);
// Several lines.
[[nodiscard]] std::string table(const MacroResult& result);

}  // namespace blindsum::bench
