// The vectors of tests/vectors/ (README.md there says what they are), run against this
// implementation. A test of a family gives a Runner: what the family asks for, from a case's input
// to its output. A good case must give the very output that its file has; a bad one must be refused
// by the layer and for the reason that its file names.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/result.h"
#include "protocol/round/reason.h"

namespace blindsum::vectors {

namespace json = boost::json;

// Thrown by a Runner where a layer refuses; caught by run_family().
struct Refused {
  std::string layer;
  Reason reason{};
};

// The value, or the layer's refusal.
template <class T>
T at(std::string_view layer, Result<T> result) {
  if (result.has_error()) throw Refused{std::string(layer), reason_of(result.error())};
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}
[[noreturn]] inline void refuse(std::string_view layer, Reason reason) {
  throw Refused{std::string(layer), reason};
}

// One field of a case. A field that is missing, or of another kind, throws: a fault of the file.
class Input {
 public:
  explicit Input(const json::object& fields) : fields_(fields) {}

  Bytes bytes(std::string_view name) const;
  std::uint32_t u32(std::string_view name) const;
  std::uint64_t u64(std::string_view name) const;  // decimal digits, or a number
  std::int64_t i64(std::string_view name) const;
  std::string text(std::string_view name) const;
  bool flag(std::string_view name) const;
  bool has(std::string_view name) const { return fields_.contains(name); }
  Input object(std::string_view name) const;
  std::vector<Input> objects(std::string_view name) const;
  std::vector<std::uint32_t> numbers(std::string_view name) const;
  std::vector<Bytes> byte_strings(std::string_view name) const;
  std::vector<std::uint64_t> wide_numbers(std::string_view name) const;
  std::vector<std::int64_t> signed_numbers(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  // A public value of a fixed size; another size is the case's fault only where a layer says so.
  template <class Fixed>
  Fixed fixed(std::string_view name) const {
    return Fixed::from(bytes(name)).value();
  }

 private:
  const json::value& field(std::string_view name) const;

  const json::object& fields_;
};

using Runner = std::function<json::object(const std::string& what, const Input& input)>;

// Every case of the family, good and bad; fails the running test by each that comes out otherwise.
void run_family(const std::string& family, const Runner& run);
// The good cases of another file of the folder, for whoever goes on from one.
json::value load(const std::string& file);

inline std::string hex(ByteView bytes) {
  return to_hex(bytes);
}
json::array hex_list(const std::vector<Bytes>& values);
template <class Number>
json::array number_list(const std::vector<Number>& values) {
  return json::array(values.begin(), values.end());
}
template <class Number>
json::array digit_list(const std::vector<Number>& values) {
  json::array list;
  for (const Number value : values) list.emplace_back(std::to_string(value));
  return list;
}

}  // namespace blindsum::vectors
