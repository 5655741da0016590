#include "protocol/round/text.h"

#include <optional>

#include "protocol/round/limits.h"

namespace blindsum {
namespace {

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Takes one code point off the front, or nothing if the text does not begin with a shortest-form
// UTF-8 sequence of a Unicode scalar value.
std::optional<char32_t> take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if ((first >= 0x80 && first < 0xC0) || first >= 0xF8 || text.size() < length) return std::nullopt;
  char32_t value = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return std::nullopt;
    value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr char32_t least_of_length[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least_of_length[length] || value > 0x10FFFF || surrogate) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

// The bytes of the printable character that the text begins with, 0 if it begins with none.
std::size_t printable_length(std::string_view text) {
  std::string_view rest = text;
  const auto point = take_code_point(rest);
  if (!point || *point < 0x20 || (*point >= 0x7F && *point < 0xA0)) return 0;
  return text.size() - rest.size();
}

}  // namespace

bool is_task_name(std::string_view name) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= kMaxTaskBytes &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_printable(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text, std::size_t most_bytes) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    const std::string_view character = length == 0 ? "?" : text.substr(0, length);
    if (out.size() + character.size() > most_bytes) break;
    out += character;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace blindsum
