// What can go wrong between a participant's program and the aggregator's door, by name: before
// there is a session whose reasons SPEC.md lists. Failures of the network travel as the operating
// system's own codes.
//
// Errors about the participant's own files say which file: in_file() puts its name in front of the
// cause ("identity_file: not_private"), cause_of() takes it off again, file_of() tells it.
#pragma once

#include <boost/system/error_code.hpp>
#include <optional>
#include <string_view>
#include <type_traits>

#include "crypto/result.h"

namespace blindsum {

enum class ClientError {
  certificate_refused = 1,  // the server's certificate does not chain to the CA file, or is expired
  wrong_host_name,          // the certificate is good, and of another server
  wrong_server_key,         // the certificate has another key than the pinned one
  bad_ca_file,              // no certificates in PEM
  tls_failed,               // no TLS 1.3 with this server
  upgrade_refused,          // what answers there speaks no WebSocket
  connection_closed,        // the server closed the connection
  no_callback,              // ParticipantOptions without on_round
  bad_store,                // the state folder's data base is not one of this program
  other_identity,           // the state folder belongs to another identity key
  already_running,          // run() or async_run() before the last one has returned
};

// What to do about it, for people.
[[nodiscard]] std::string_view describe(ClientError error);

[[nodiscard]] const boost::system::error_category& client_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(ClientError error) noexcept;

enum class LocalFile { identity, roster, state_folder, ca };

// `cause` unchanged if it is of a category of which no files are known, or has a file already.
[[nodiscard]] Error in_file(LocalFile file, const Error& cause);
[[nodiscard]] Error cause_of(const Error& error);
// The file that in_file() has put in front.
[[nodiscard]] std::optional<LocalFile> file_of(const Error& error);

}  // namespace blindsum

template <>
struct boost::system::is_error_code_enum<blindsum::ClientError> : std::true_type {};
