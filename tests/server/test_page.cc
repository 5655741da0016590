// What is served at / of the operator's port, with and without a page in the program.
#include <doctest/doctest.h>

#include "server/admin/page.h"

using namespace blindsum;

namespace {

AdminResponse ask(AdminPages& pages, const std::string& path, const std::string& known = "") {
  AdminRequest request;
  request.method = "GET";
  request.path = path;
  request.if_none_match = known;
  if (auto refused = pages.refuse(request)) return *std::move(refused);
  return pages.answer(request);
}

std::string header(const AdminResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

AdminPages nobodys_pages() {
  return AdminPages(AdminAccess(AdminConfig(), AdminMaterials()));
}

const std::vector<PageAsset> kAssets{
    {"/", "text/html; charset=utf-8", "\"one\"", "<!doctype html>"},
    {"/assets/a-1.js", "text/javascript; charset=utf-8", "\"two\"", "go()"},
};

}  // namespace

TEST_CASE("a program without the page says so, and how to have it") {
  auto pages = nobodys_pages();
  add_page(pages, {});
  const auto response = ask(pages, "/");
  CHECK(response.status == 200);
  CHECK(response.content_type == "text/plain; charset=utf-8");
  CHECK(response.body.find("built without the operator's page") != std::string::npos);
  CHECK(response.body.find("-Dpage=enabled") != std::string::npos);
  CHECK(ask(pages, "/assets/a-1.js").status == 403);
}

TEST_CASE("the files of the page are for all, even where nobody may use the API") {
  auto pages = nobodys_pages();
  add_page(pages, kAssets);
  for (const auto& asset : kAssets) {
    const auto response = ask(pages, std::string(asset.path));
    CHECK(response.status == 200);
    CHECK(response.content_type == asset.content_type);
    CHECK(response.body == asset.content);
    CHECK(header(response, "ETag") == asset.etag);
  }
  CHECK(ask(pages, "/v1/status").status == 403);
}

TEST_CASE("who has a file already is told so") {
  auto pages = nobodys_pages();
  add_page(pages, kAssets);
  const auto same = ask(pages, "/", "\"zero\", \"one\"");
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(header(same, "ETag") == "\"one\"");
  CHECK(ask(pages, "/", "\"two\"").status == 200);
}
