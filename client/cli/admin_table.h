// JSON of the operator's API, as people read it.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace blindsum::cli {

// What is one value: a line each, "name  value". A list of objects: a table, with the names above.
// Ends without a newline.
[[nodiscard]] std::string as_table(const boost::json::value& content);

}  // namespace blindsum::cli
