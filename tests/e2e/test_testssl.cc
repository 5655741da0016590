// What a scanner of others finds at the server's TLS. Of a package that is not needed otherwise
// (testssl.sh): without it there is nothing to see.
#include <doctest/doctest.h>

#include "tests/e2e/harness/scene.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("testssl");

TEST_CASE("testssl.sh finds nothing above low") {
  if (run_command({"sh", "-c", "command -v testssl"}, "/tmp").status != 0) {
    MESSAGE("skipped: testssl is not installed");
    return;
  }
  Scene scene(TaskSpec{});
  // As a CA would give one out: for some months, and with a way to revoke it.
  const auto made = run_command(
      {"sh", "-c",
       "openssl req -x509 -CA " + Keys::instance().path("ca.crt").string() + " -CAkey " +
           Keys::instance().path("ca.pem.key").string() +
           " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=localhost "
           "-addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE "
           "-addext extendedKeyUsage=serverAuth "
           "-addext crlDistributionPoints=URI:http://ca.example/crl "
           "-keyout own.key -out own.crt"},
      scene.folder());
  REQUIRE_MESSAGE(made.status == 0, made.output);
  scene.edit_configuration(Keys::instance().path("server.crt").string(), "own.crt");
  scene.edit_configuration(Keys::instance().path("server.key").string(), "own.key");
  scene.start();
  const auto found = scene.path("found.csv");
  Child child({"testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip",
               "127.0.0.1", "--add-ca", Keys::instance().path("ca.crt").string(), "--csvfile",
               found.string(), "localhost:" + std::to_string(scene.port())},
              scene.folder(), scene.path("testssl.out"));
  REQUIRE(child.wait(std::chrono::minutes(9)).has_value());
  const auto text = read_text(found);
  CHECK_MESSAGE(count_lines(text, "\"TLS1_3\"") == 1, child.output());
  for (const auto* severity : {"\"MEDIUM\"", "\"HIGH\"", "\"CRITICAL\"", "\"FATAL\""}) {
    CHECK_MESSAGE(count_lines(text, severity) == 0, text);
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
