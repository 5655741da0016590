#include "protocol/round/reason.h"
#include "protocol/round/text.h"
#include "protocol/wire/message_codec.h"

namespace blindsum::detail {

Result<void> check_reason(const std::string& name) {
  if (name.size() > kMaxReasonBytes) return Reason::wrong_length;
  return {};
}

Reason read_reason(const std::string& name) {
  return parse_reason(name).value_or(Reason::internal_error);
}

Result<std::string> read_detail(const std::string& detail) {
  if (detail.size() > kMaxDetailBytes) return Reason::wrong_length;
  return detail;
}

std::string write_reason(Reason reason) {
  return std::string(name_of(reason));
}

std::string write_detail(const std::string& detail) {
  return printable(detail, kMaxDetailBytes);
}

}  // namespace blindsum::detail
