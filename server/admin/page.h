// The operator's page, at / of the operator's port. Its files hold nothing, so they are for all;
// what it shows it asks the API for, with the token that the operator gives it.
#pragma once

#include <vector>

#include "server/admin/page_assets.h"
#include "server/admin/pages.h"

namespace blindsum {

// Without any, / says in plain text that the program was built without the page.
void add_page(AdminPages& pages, const std::vector<PageAsset>& assets);

}  // namespace blindsum
