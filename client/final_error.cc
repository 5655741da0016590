#include "client/final_error.h"

#include <algorithm>
#include <array>

#include "client/error.h"
#include "protocol/round/reason.h"

namespace blindsum {

bool is_final(const Error& error) {
  // bad_signature: the aggregator's roster has another key for this member. superseded: another
  // process uses the identity, and both would go on throwing each other out.
  constexpr std::array kReasons{
      Reason::unknown_member,   Reason::roster_expired, Reason::roster_mismatch,
      Reason::wrong_aggregator, Reason::bad_signature,  Reason::unsupported_version,
      Reason::task_not_served,  Reason::task_finished,  Reason::superseded};
  constexpr std::array kErrors{ClientError::certificate_refused, ClientError::wrong_host_name,
                               ClientError::wrong_server_key};
  return std::any_of(kReasons.begin(), kReasons.end(),
                     [&](Reason reason) { return error == reason; }) ||
         std::any_of(kErrors.begin(), kErrors.end(), [&](ClientError one) { return error == one; });
}

}  // namespace blindsum
