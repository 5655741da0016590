// Where a benchmark ran: without that its figures say nothing.
#pragma once

#include <boost/json/object.hpp>

namespace blindsum::bench {

// {"processor": its name, "processors": how many, "mask_kernel": the active one}
[[nodiscard]] boost::json::object machine_json();

}  // namespace blindsum::bench
