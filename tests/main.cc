// The one translation unit that carries the tests' main(): it starts the libraries as every program
// does.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "crypto/init.h"

int main(int argc, char** argv) {
  if (const auto ready = blindsum::init_crypto(); ready.has_error()) {
    std::fprintf(stderr, "init_crypto: %s\n", blindsum::explain_init(ready.error()).c_str());
    return 1;
  }
  return doctest::Context(argc, argv).run();
}
