// Whether the process lives, and whether it does what it is there for:
//
//   GET /healthz   200 {"alive":true}
//   GET /readyz    200 {"ready":true,"reasons":[]}, or 503 with the reasons
#pragma once

#include <functional>

#include "server/admin/pages.h"
#include "server/readiness.h"

namespace blindsum {

// `readiness` is called on the admin server's thread.
void add_health_pages(AdminPages& pages, std::function<Readiness()> readiness);

}  // namespace blindsum
