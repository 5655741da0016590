#include "server/admin/page.h"

#include <string>

namespace blindsum {
namespace {

// Nothing of another origin, nothing inline, in no frame, and no text that becomes markup.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'";
constexpr const char* kRoot = "/";
// / is asked for each time, as it names the others, whose names change with what they hold.
constexpr const char* kAskAgain = "no-cache";
constexpr const char* kForever = "public, max-age=31536000, immutable";

constexpr const char* kNoPage =
    "blindsumd was built without the operator's page.\n\n"
    "To have it, install Node.js (18 or newer) and npm, and build it with\n"
    "    meson configure BUILD_FOLDER -Dpage=enabled\n"
    "    ninja -C BUILD_FOLDER\n\n"
    "The API is there without it: GET /v1/openapi.json, and `blindsum admin`.\n";

AdminResponse answer(const PageAsset& asset, const AdminRequest& request) {
  AdminResponse response;
  response.content_type = asset.content_type;
  response.headers = {{"ETag", std::string(asset.etag)},
                      {"Cache-Control", asset.path == kRoot ? kAskAgain : kForever},
                      {"Content-Security-Policy", kPolicy},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"},
                      {"Referrer-Policy", "no-referrer"}};
  if (request.if_none_match.find(asset.etag) != std::string::npos) {
    response.status = 304;
  } else {
    response.body = asset.content;
  }
  return response;
}

}  // namespace

void add_page(AdminPages& pages, const std::vector<PageAsset>& assets) {
  for (const auto& asset : assets) {
    pages.add(PageFor::all, "GET", std::string(asset.path),
              [asset](const AdminRequest& request, const auto&) { return answer(asset, request); });
  }
  if (!assets.empty()) return;
  pages.add(PageFor::all, "GET", kRoot, [](const auto&, const auto&) {
    AdminResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = kNoPage;
    return response;
  });
}

}  // namespace blindsum
