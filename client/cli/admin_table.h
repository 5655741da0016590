// JSON of the operator's API, as people read it.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace blindsum::cli {

// What is one value: a line each, "name  value". A list of objects: a table, with the names above.
// Ends without a newline.
[[nodiscard]] std::string as_table(const boost::json::value& content);
// The answer of /v1/live: what as_table() makes of the tasks, and a table of the members of each
// round that is under way.
[[nodiscard]] std::string as_live_table(const boost::json::value& content);
// One value, short: "-" for what is empty.
[[nodiscard]] std::string as_cell(const boost::json::value& value);

}  // namespace blindsum::cli
