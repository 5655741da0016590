#include "client/cli/report.h"

#include <boost/json.hpp>
#include <cstdio>

#include "client/cli/commands.h"
#include "client/error.h"
#include "crypto/error.h"
#include "protocol/round/infeasible.h"
#include "protocol/round/reason.h"
#include "support/error.h"

namespace blindsum::cli {
namespace {

// A full disk or a closed pipe behind standard output is nobody's to handle here: the exit code
// still tells what happened.
void write_line(std::FILE* out, std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), out);
  std::fputc('\n', out);
  std::fflush(out);
}

std::string_view advice(SupportError error) {
  switch (error) {
    case SupportError::file_too_large:
      return "larger than any of its kind; is it the right file?";
    case SupportError::not_private:
      return "others may read the file; is it the secret key? Then chmod 600, if nobody has";
    case SupportError::bad_key_file:
      return "no secret key of `blindsum keygen`; is it the right file?";
    case SupportError::bad_npy:
      return "no .npy file of numbers; numpy.save() writes one, of a row-major array";
    case SupportError::folder_locked:
      return "another process uses the folder";
    case SupportError::missing_unit:
    case SupportError::wrong_unit:
    case SupportError::bad_number:
    case SupportError::number_out_of_range:
      break;  // whoever reads numbers says what is due
  }
  return {};
}

std::string_view advice(const Error& error) {
  if (error.category() == reason_category()) return describe(static_cast<Reason>(error.value()));
  if (error.category() == infeasible_category()) {
    return describe(static_cast<Infeasible>(error.value()));
  }
  if (error.category() == client_category()) {
    return describe(static_cast<ClientError>(error.value()));
  }
  // crypto/ and protocol/vector have the names of reasons, and no text of their own.
  if (const Reason reason = reason_of(error); reason != Reason::internal_error) {
    return describe(reason);
  }
  if (error.category() == support_category()) {
    return advice(static_cast<SupportError>(error.value()));
  }
  if (error == CryptoError::bad_hex) {
    return "no public key; give the .pub file of `blindsum keygen`, or its 64 digits";
  }
  if (error == boost::system::errc::file_exists) {
    return "nothing is written over it; remove it, or take another name";
  }
  return {};
}

}  // namespace

void print(std::string_view line) {
  write_line(stdout, line);
}

void print(const boost::json::value& value) {
  print(boost::json::serialize(value));
}

void complain(std::string_view line) {
  write_line(stderr, "blindsum: " + std::string(line));
}

std::string explain(const Error& error) {
  const Error cause = cause_of(error);
  const auto more = advice(cause);
  return more.empty() ? error.message() : error.message() + ": " + std::string(more);
}

std::string_view advice_for(std::string_view name) {
  for (int value = 1; value <= static_cast<int>(ClientError::already_running); ++value) {
    const auto error = static_cast<ClientError>(value);
    if (make_error_code(error).message() == name) return describe(error);
  }
  const auto reason = parse_reason(name);
  return reason ? describe(*reason) : std::string_view();
}

ExitCode exit_code_of(const Error& error) {
  const Error cause = cause_of(error);
  if (cause.category() == reason_category()) {
    return cause == Reason::state_locked || cause == Reason::store_failed ? kEnvironment : kFailed;
  }
  if (cause.category() == client_category()) {
    return kEnvironment;
  }
  if (cause == SupportError::folder_locked) return kEnvironment;
  // Nothing is overwritten: a refusal, not a fault of the machine.
  if (cause == boost::system::errc::file_exists) return kFailed;
  const bool ours = cause.category() == support_category() ||
                    cause.category() == crypto_category() ||
                    cause.category() == infeasible_category();
  return ours ? kFailed : kEnvironment;
}

ExitCode fail(std::string_view what, const Error& error) {
  complain(std::string(what) + ": " + explain(error));
  return exit_code_of(error);
}

ExitCode usage(std::string_view what) {
  complain(what);
  return kUsage;
}

std::string footer(std::string_view example) {
  return "Example:\n  " + std::string(example) + "\n\n" + kExitCodeHelp;
}

}  // namespace blindsum::cli
