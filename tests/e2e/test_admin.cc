// The operator's port without any access configured: whether the process lives, and is ready. All
// else is tested in tests/admin.
#include <doctest/doctest.h>
#include <signal.h>

#include "tests/e2e/harness/admin.h"
#include "tests/e2e/harness/mixed_round.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("admin");

bool answers(const std::string& answer, const std::string& status, const std::string& body) {
  CAPTURE(answer);
  const bool good = answer.starts_with("HTTP/1.1 " + status + " ") && answer.ends_with(body + "\n");
  CHECK(good);
  return good;
}

TEST_CASE("alive and ready; nothing else is there") {
  Scene scene(TaskSpec{}, kAdminOn);
  scene.start();
  answers(ask_admin(scene, "GET /healthz"), "200", R"({"alive":true})");
  answers(ask_admin(scene, "GET /readyz"), "200", R"({"ready":true,"reasons":[]})");
  answers(ask_admin(scene, "GET /metrics"), "403",
          R"({"error":"no_access_configured","detail":"[admin] has no token"})");
  answers(ask_admin(scene, "DELETE /healthz"), "405", R"({"error":"method_not_allowed"})");
  answers(ask_admin(scene, std::string(10'000, 'x')), "431", R"({"error":"header_too_large"})");
  answers(ask_admin(scene, "GET /healthz"), "200", R"({"alive":true})");
  CHECK(scene.stop() == 0);
}

TEST_CASE("off unless it is configured") {
  Scene scene(TaskSpec{});
  scene.start();
  CHECK(scene.stop() == 0);
  CHECK(count_lines(scene.log(), "admin") == 0);
}

TEST_CASE("not ready: the roster has expired [ROSTER-4]") {
  Keys::instance().make_roster("expired-ready.bsr", {"m0", "m1", "m2", "m3", "m4", "m5"}, 1,
                               {"--not-after", "2020-01-31"});
  Scene scene(TaskSpec{}, kAdminOn, "expired-ready.bsr");
  scene.start();
  answers(ask_admin(scene, "GET /readyz"), "503",
          R"({"ready":false,"reasons":["roster_expired"]})");
  answers(ask_admin(scene, "GET /healthz"), "200", R"({"alive":true})");
}

TEST_CASE("not ready: draining, while a round finishes") {
  PausedRound round(kAdminOn);
  answers(ask_admin(round.scene(), "GET /readyz"), "200", R"({"ready":true,"reasons":[]})");
  round.scene().server().signal(SIGTERM);
  REQUIRE(round.scene().logs("draining"));
  answers(ask_admin(round.scene(), "GET /readyz"), "503",
          R"({"ready":false,"reasons":["server_draining"]})");
  CHECK(round.completes());
  CHECK(round.scene().server().wait() == 0);
}

TEST_CASE("whoever says nothing there holds it up for nobody") {
  Scene scene(TaskSpec{}, kAdminOn);
  scene.start();
  const RawClient silent(admin_port(scene));
  const RawClient other(admin_port(scene));
  answers(ask_admin(scene, "GET /healthz"), "200", R"({"alive":true})");
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
