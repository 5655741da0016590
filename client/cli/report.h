// What the commands say: results on standard output (JSON where asked), complaints on standard
// error, one line each, with the name of the error first and what to do about it after.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "client/cli/exit_code.h"
#include "crypto/result.h"

namespace blindsum::cli {

// One line and its end.
void print(std::string_view line);
void print(const boost::json::value& value);
void complain(std::string_view line);

// "bad_signature: a signature does not verify; check keys, …" or the operating system's words.
std::string explain(const Error& error);

// What to do about an error of which only the name came, as in Progress; empty if nothing is known.
std::string_view advice_for(std::string_view name);

// Complains about `what` ("roster.bsr") and says how the process has to end.
ExitCode fail(std::string_view what, const Error& error);
// The same for a value of the command line.
ExitCode usage(std::string_view what);

// kEnvironment for what the machine or the network is to blame for, else kFailed.
ExitCode exit_code_of(const Error& error);

}  // namespace blindsum::cli
