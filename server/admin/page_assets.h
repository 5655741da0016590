// The files of the operator's page, which the build puts into the program: server/page/build.py.
#pragma once

#include <string_view>
#include <vector>

namespace blindsum {

struct PageAsset {
  std::string_view path;  // "/", or one that changes with the content
  std::string_view content_type;
  std::string_view etag;  // with its quotes
  std::string_view content;
};

// None if it was built without the page.
[[nodiscard]] std::vector<PageAsset> page_assets();

}  // namespace blindsum
