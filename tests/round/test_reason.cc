#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "protocol/round/reason.h"

namespace blindsum {
namespace {

const std::vector<std::string>& listed() {
  static const std::vector<std::string> names{
#define BLINDSUM_NAME(name, text) #name,
      BLINDSUM_REASONS(BLINDSUM_NAME)
#undef BLINDSUM_NAME
  };
  return names;
}

// First cells of the table in Appendix A.
std::vector<std::string> appendix() {
  std::ifstream spec(BLINDSUM_SPEC_MD);
  std::vector<std::string> names;
  std::string line;
  bool inside = false;
  while (std::getline(spec, line)) {
    if (line.starts_with("## ")) inside = line.starts_with("## Appendix A");
    if (!inside || !line.starts_with("| ")) continue;
    const std::string name = line.substr(2, line.find(" |") - 2);
    if (name != "reason") names.push_back(name);
  }
  return names;
}

TEST_CASE("the reasons are those of the spec's Appendix A, in its order") {
  CHECK(appendix().size() > 50);
  CHECK(appendix() == listed());
}

TEST_CASE("a reason is shown, parsed and explained by its name") {
  int value = 0;
  std::set<std::string_view> texts;
  for (const std::string& name : listed()) {
    const auto reason = parse_reason(name);
    REQUIRE(reason.has_value());
    CAPTURE(name);
    CHECK(static_cast<int>(*reason) == ++value);
    CHECK(name_of(*reason) == name);
    const boost::system::error_code code = *reason;
    CHECK(code.failed());
    CHECK(code.message() == name);
    CHECK(code == *reason);
    CHECK(describe(*reason).size() > 20);
    CHECK(texts.insert(describe(*reason)).second);
    CHECK(name.size() <= 64);  // [LIMIT-1]
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
  }
}

TEST_CASE("nothing but a name of the list is parsed") {
  for (const char* text : {"", "ok", "unknown", "BAD_ORDER", " bad_order", "bad_order ", "bad_orde",
                           "bad_orders", "bad-order"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_reason(text).has_value());
  }
  CHECK_FALSE(parse_reason(std::string_view("bad_order\0", 10)).has_value());
}

TEST_CASE("ok is no failure, and numbers outside the list are named so") {
  const boost::system::error_code ok = Reason::ok;
  CHECK_FALSE(ok.failed());
  CHECK(ok.message() == "ok");
  CHECK(describe(Reason::ok) == "nothing went wrong");
  CHECK(name_of(static_cast<Reason>(-1)) == "unknown");
  CHECK(name_of(static_cast<Reason>(listed().size() + 1)) == "unknown");
  CHECK(reason_category().message(10'000) == "unknown");
}

}  // namespace
}  // namespace blindsum
