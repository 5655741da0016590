#include <doctest/doctest.h>

#include "protocol/round/text.h"

namespace blindsum {
namespace {

TEST_CASE("printable text is UTF-8 in shortest form without control characters") {
  for (const char* text :
       {"", "hospital-3", "Universitätsklinik", "東京", "\U0001F642", "\u00A0"}) {
    CAPTURE(text);
    CHECK(is_printable(text));
  }
  for (const char* text :
       {"a\nb", "\x1b[2J", "\x7f", "\xc2\x85", "\xff", "\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf",
        "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
    CAPTURE(text);
    CHECK_FALSE(is_printable(text));
  }
  CHECK_FALSE(is_printable(std::string_view("\0", 1)));
}

TEST_CASE(
    "what is not printable becomes a question mark, what is too long is cut between characters") {
  CHECK(printable("as it is", 100) == "as it is");
  CHECK(printable("two\nlines\x1b[2J", 100) == "two?lines?[2J");
  CHECK(printable("\xff\xc3", 100) == "??");
  CHECK(printable("äöü", 6) == "äöü");
  CHECK(printable("äöü", 5) == "äö");
  CHECK(printable("äöü", 1).empty());
  CHECK(printable("abc", 0).empty());
}

}  // namespace
}  // namespace blindsum
