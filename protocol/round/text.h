// Text that came from somebody else, or goes to people: names, tasks, details. It ends up on
// terminals and in logs, so nothing in it may break a line or move a cursor. The roster's check and
// the codec use it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace blindsum {

// UTF-8 in shortest form, without control characters (U+0000-001F, U+007F-009F). True for empty
// text.
[[nodiscard]] bool is_printable(std::string_view text);

// 1 to 64 of [A-Za-z0-9._-] [PARAM-4].
[[nodiscard]] bool is_task_name(std::string_view name);

// The text made printable: every byte that is not becomes a question mark, and what is beyond
// `most_bytes` is cut off, between two characters.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most_bytes);

}  // namespace blindsum
