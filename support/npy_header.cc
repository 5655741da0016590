#include "support/npy_header.h"

#include <array>
#include <charconv>

#include "support/error.h"

namespace blindsum {
namespace {

constexpr std::array<std::uint8_t, 6> kMagic{0x93, 'N', 'U', 'M', 'P', 'Y'};
constexpr std::size_t kPrefixBytes = 8;  // magic and version
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kMostDimensions = 32;  // NumPy's own limit
constexpr std::uint64_t kMostValues = std::uint64_t{1} << 60;

// Walks the dictionary literal: {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }
class Literal {
 public:
  explicit Literal(std::string_view text) : rest_(text) {}

  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool string(std::string& out) {
    if (!take("'")) return false;
    const auto end = rest_.find('\'');
    if (end == std::string_view::npos) return false;
    out = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool number(std::uint64_t& out) {
    skip_blanks();
    const auto* begin = rest_.data();
    const auto [end, error] = std::from_chars(begin, begin + rest_.size(), out);
    if (error != std::errc{}) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - begin));
    return true;
  }

  bool tuple(std::vector<std::uint64_t>& out) {
    if (!take("(")) return false;
    while (!take(")")) {
      std::uint64_t dimension = 0;
      if (out.size() == kMostDimensions || !number(dimension)) return false;
      out.push_back(dimension);
      if (!take(",")) return take(")");
    }
    return true;
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

 private:
  void skip_blanks() {
    const auto first = rest_.find_first_not_of(" \n");
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }

  std::string_view rest_;
};

bool parse_entry(Literal& literal, NpyHeader& header) {
  std::string key;
  if (!literal.string(key) || !literal.take(":")) return false;
  if (key == "descr") return literal.string(header.type);
  if (key == "fortran_order") return literal.take("False");
  return key == "shape" && literal.tuple(header.shape);
}

bool parse_dictionary(std::string_view text, NpyHeader& header) {
  Literal literal(text);
  if (!literal.take("{")) return false;
  int entries = 0;
  while (!literal.take("}")) {
    if (!parse_entry(literal, header)) return false;
    ++entries;
    if (!literal.take(",")) {
      if (!literal.take("}")) return false;
      break;
    }
  }
  return entries == 3 && literal.at_end();
}

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text = "(";
  for (const auto dimension : shape) text += std::to_string(dimension) + ",";
  // A tuple of one keeps its comma.
  if (shape.size() > 1) text.pop_back();
  return text + ")";
}

}  // namespace

Result<NpyHeader> parse_npy_header(ByteView file) {
  if (file.size() < kPrefixBytes + 4) return SupportError::bad_npy;
  if (!std::equal(kMagic.begin(), kMagic.end(), file.begin())) return SupportError::bad_npy;
  const auto version = file[6];
  if (version != 1 && version != 2) return SupportError::bad_npy;
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  const std::size_t length = version == 1 ? get_u16(file.subspan<kPrefixBytes, 2>())
                                          : get_u32(file.subspan<kPrefixBytes, 4>());
  NpyHeader header;
  header.body_offset = kPrefixBytes + length_bytes + length;
  if (header.body_offset > file.size()) return SupportError::bad_npy;
  const auto text = file.subspan(kPrefixBytes + length_bytes, length);
  if (!parse_dictionary({reinterpret_cast<const char*>(text.data()), text.size()}, header)) {
    return SupportError::bad_npy;
  }
  return header;
}

Result<std::uint64_t> npy_count(const std::vector<std::uint64_t>& shape) {
  std::uint64_t count = 1;
  for (const auto dimension : shape) {
    if (dimension != 0 && count > kMostValues / dimension) return SupportError::bad_npy;
    count *= dimension;
  }
  return count;
}

Bytes npy_header_bytes(std::string_view type, const std::vector<std::uint64_t>& shape) {
  std::string text = "{'descr': '" + std::string(type) +
                     "', 'fortran_order': False, 'shape': " + shape_text(shape) + ", }";
  const std::size_t unpadded = kPrefixBytes + 2 + text.size() + 1;
  text.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  text += '\n';
  Bytes out(kMagic.begin(), kMagic.end());
  out.push_back(1);
  out.push_back(0);
  put_u16(out, static_cast<std::uint16_t>(text.size()));
  out.insert(out.end(), text.begin(), text.end());
  return out;
}

}  // namespace blindsum
