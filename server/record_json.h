// The record as JSON: names beside indices, hashes in hexadecimal, reasons by name. Nothing is in
// it that the signed record, its proof, the roster and the server's log do not say; only the record
// is signed.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "protocol/round/roster.h"
#include "server/round_report.h"

namespace blindsum {

// Ends with a newline. `record` is the signed one of the report's content.
[[nodiscard]] std::string record_json(const SignedRecord& record, const RoundReport& report,
                                      const Roster& roster);

// As JSON and log have it.
[[nodiscard]] std::string_view name_of(BlameKind kind);

// How long the phases took, by their names.
[[nodiscard]] boost::json::object timings_json(const PhaseTimings& timings);

}  // namespace blindsum
