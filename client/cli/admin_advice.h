// What to do when the operator's port says no, or nothing at all.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/system/error_code.hpp>
#include <string>
#include <string_view>

namespace blindsum::cli {

// {"error": …, "detail": …} of the API in one line: "task_not_found: `blindsum admin tasks` …".
// What has more in it ("problems") is the table that as_table() makes.
[[nodiscard]] std::string explain_refusal(const boost::json::value& answer);

// Of a connection to --url; empty if nothing is known. `tls`: it is https.
[[nodiscard]] std::string_view connection_advice(const boost::system::error_code& error, bool tls);

}  // namespace blindsum::cli
