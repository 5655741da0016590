#include "tests/vectors/vector_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace blindsum::vectors {
namespace {

namespace fs = std::filesystem;

json::value read_json(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("there is no " + path.string());
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return json::parse(text);
}

std::string text_of(const json::value& value) {
  return std::string(value.as_string());
}

template <class Number>
Number number_of(const json::value& value) {
  if (!value.is_string()) return value.to_number<Number>();
  const std::string text = text_of(value);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error(text + " is no number of its size");
  }
  return number;
}

template <class Element, class Convert>
std::vector<Element> list_of(const json::value& value, const Convert& convert) {
  std::vector<Element> list;
  for (const json::value& element : value.as_array()) list.push_back(convert(element));
  return list;
}

void check_good(const json::object& entry, const Runner& run) {
  const std::string name = text_of(entry.at("name"));
  CAPTURE(name);
  try {
    const json::object output =
        run(text_of(entry.at("what")), Input(entry.at("input").as_object()));
    const std::string made = json::serialize(output);
    CHECK(made == json::serialize(entry.at("output")));
  } catch (const Refused& refused) {
    FAIL_CHECK(name << ": refused by " << refused.layer << ", " << name_of(refused.reason));
  }
}

void check_bad(const json::object& entry, const Runner& run) {
  const std::string name = text_of(entry.at("name"));
  CAPTURE(name);
  try {
    const json::object output =
        run(text_of(entry.at("what")), Input(entry.at("input").as_object()));
    FAIL_CHECK(name << ": not refused, gave " << json::serialize(output).substr(0, 400));
  } catch (const Refused& refused) {
    CHECK(refused.layer == text_of(entry.at("layer")));
    CHECK(name_of(refused.reason) == text_of(entry.at("reason")));
  }
}

std::vector<fs::path> bad_files(const std::string& family) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(BLINDSUM_VECTORS) / "bad" / family)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

const json::value& Input::field(std::string_view name) const {
  const json::value* const value = fields_.if_contains(name);
  if (value == nullptr) throw std::runtime_error("a case lacks " + std::string(name));
  return *value;
}

Bytes Input::bytes(std::string_view name) const {
  return from_hex(text(name)).value();
}
std::uint32_t Input::u32(std::string_view name) const {
  return number_of<std::uint32_t>(field(name));
}
std::uint64_t Input::u64(std::string_view name) const {
  return number_of<std::uint64_t>(field(name));
}
std::int64_t Input::i64(std::string_view name) const {
  return number_of<std::int64_t>(field(name));
}
std::string Input::text(std::string_view name) const {
  return text_of(field(name));
}
bool Input::flag(std::string_view name) const {
  return field(name).as_bool();
}
Input Input::object(std::string_view name) const {
  return Input(field(name).as_object());
}
std::vector<Input> Input::objects(std::string_view name) const {
  return list_of<Input>(field(name), [](const json::value& v) { return Input(v.as_object()); });
}
std::vector<std::uint32_t> Input::numbers(std::string_view name) const {
  return list_of<std::uint32_t>(field(name), number_of<std::uint32_t>);
}
std::vector<Bytes> Input::byte_strings(std::string_view name) const {
  return list_of<Bytes>(field(name),
                        [](const json::value& v) { return from_hex(text_of(v)).value(); });
}
std::vector<std::uint64_t> Input::wide_numbers(std::string_view name) const {
  return list_of<std::uint64_t>(field(name), number_of<std::uint64_t>);
}
std::vector<std::int64_t> Input::signed_numbers(std::string_view name) const {
  return list_of<std::int64_t>(field(name), number_of<std::int64_t>);
}
std::vector<std::string> Input::texts(std::string_view name) const {
  return list_of<std::string>(field(name), text_of);
}

json::array hex_list(const std::vector<Bytes>& values) {
  json::array list;
  for (const Bytes& value : values) list.emplace_back(hex(value));
  return list;
}

json::value load(const std::string& file) {
  return read_json(fs::path(BLINDSUM_VECTORS) / file);
}

void run_family(const std::string& family, const Runner& run) {
  const json::value good = load(family + ".json");
  std::size_t cases = 0;
  for (const json::value& entry : good.at("cases").as_array()) {
    check_good(entry.as_object(), run);
    ++cases;
  }
  CHECK(cases != 0);
  const auto bad = bad_files(family);
  for (const fs::path& path : bad) {
    const json::value entry = read_json(path);
    CHECK(text_of(entry.at("family")) == family);
    check_bad(entry.as_object(), run);
  }
  CHECK(!bad.empty());
}

}  // namespace blindsum::vectors
