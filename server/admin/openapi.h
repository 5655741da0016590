// server/admin/openapi.json, which the build puts into the program.
#pragma once

#include <string>

namespace blindsum {

[[nodiscard]] std::string openapi_document();

}  // namespace blindsum
