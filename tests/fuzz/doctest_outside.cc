#include "tests/fuzz/doctest_outside.h"

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "tests/fuzz/target.h"

namespace blindsum::fuzz {

void watch_doctest() {
  static doctest::Context context;
  static const bool is_set = [] {
    context.setAsDefaultForAssertsOutOfTestCases();
    context.setAssertHandler([](const doctest::AssertData& data) {
      if (data.m_failed) broken(data.m_expr, data.m_file, data.m_line);
    });
    return true;
  }();
  static_cast<void>(is_set);
}

}  // namespace blindsum::fuzz
