// The operator's page, at / of the operator's port. Its files hold nothing, so they are for all;
// what it shows it asks the API for, with the token that the operator gives it.
#pragma once

#include "server/admin/pages.h"

namespace blindsum {

// Without a page in the program, / says so in plain text.
void add_page(AdminPages& pages);

}  // namespace blindsum
