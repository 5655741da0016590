#include "protocol/wire/strict.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cassert>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "faults/faults.h"
#include "protocol/round/text.h"

namespace blindsum::detail {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// An Envelope or a document, and what is in it.
constexpr int kMaxDepth = 2;

enum WireType : std::uint64_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2 };

class Cursor {
 public:
  explicit Cursor(ByteView rest) : rest_(rest) {}

  bool at_end() const { return rest_.empty(); }

  std::optional<ByteView> take(std::uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  std::optional<std::uint64_t> varint() {
    constexpr unsigned last_shift = 63;
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift <= last_shift; shift += 7) {
      const auto byte = take(1);
      if (!byte) return std::nullopt;
      const std::uint64_t bits = byte->front() & 0x7FU;
      if (shift == last_shift && bits > 1) return std::nullopt;
      value |= bits << shift;
      if ((byte->front() & 0x80U) == 0) return value;
    }
    return std::nullopt;
  }

 private:
  ByteView rest_;
};

bool holds(const FieldDescriptor& field, std::uint64_t value) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_BOOL:
      return value <= 1;
    case FieldDescriptor::TYPE_UINT32:
      return value <= std::numeric_limits<std::uint32_t>::max();
    case FieldDescriptor::TYPE_UINT64:
      return true;
    default:
      return false;
  }
}

class Walk {
 public:
  explicit Walk(std::size_t most_repeated) : most_repeated_(most_repeated) {}

  bool message(ByteView bytes, const Descriptor& type, int depth) {
    if (depth > kMaxDepth) return false;
    std::vector<std::size_t> seen(static_cast<std::size_t>(type.field_count()));
    bool has_body = false;
    Cursor cursor(bytes);
    while (!cursor.at_end()) {
      const auto tag = cursor.varint();
      constexpr std::uint64_t largest_tag = std::numeric_limits<std::uint32_t>::max();
      if (!tag || *tag > largest_tag) return false;
      const auto* field = type.FindFieldByNumber(static_cast<int>(*tag >> 3));
      if (field == nullptr) return false;
      std::size_t& count = seen[static_cast<std::size_t>(field->index())];
      // Of what comes twice, parsers take the last or merge: signed bytes must say one thing.
      if (!field->is_repeated() && count++ != 0) return false;
      if (field->containing_oneof() != nullptr && std::exchange(has_body, true)) return false;
      if (!value(cursor, *tag & 7, *field, depth, count)) return false;
      if (field->is_repeated() && count > most_repeated_) return false;
    }
    return true;
  }

 private:
  bool value(Cursor& cursor, std::uint64_t wire_type, const FieldDescriptor& field, int depth,
             std::size_t& count) {
    if (wire_type == kVarint) {
      ++count;
      const auto number = cursor.varint();
      return number && holds(field, *number);
    }
    if (wire_type == kFixed64) {
      return field.type() == FieldDescriptor::TYPE_DOUBLE && cursor.take(sizeof(double));
    }
    if (wire_type != kLengthDelimited) return false;
    const auto size = cursor.varint();
    const auto bytes = size ? cursor.take(*size) : std::nullopt;
    return bytes && delimited(*bytes, field, depth, count);
  }

  bool delimited(ByteView bytes, const FieldDescriptor& field, int depth, std::size_t& count) {
    switch (field.type()) {
      case FieldDescriptor::TYPE_BYTES:
        return true;
      case FieldDescriptor::TYPE_STRING:
        return is_printable({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
      case FieldDescriptor::TYPE_MESSAGE:
        ++count;
        return message(bytes, *field.message_type(), depth + 1);
      default:
        return field.is_packable() && packed(bytes, field, count);
    }
  }

  bool packed(ByteView bytes, const FieldDescriptor& field, std::size_t& count) {
    Cursor cursor(bytes);
    while (!cursor.at_end()) {
      const auto number = cursor.varint();
      if (!number || !holds(field, *number) || ++count > most_repeated_) return false;
    }
    return true;
  }

  std::size_t most_repeated_;
};

}  // namespace

bool parse_strictly(ByteView bytes, std::size_t most_repeated, google::protobuf::Message& message) {
  assert(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  if (fault(Fault::unknown_fields_taken)) {
    return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  }
  return Walk(most_repeated).message(bytes, *message.GetDescriptor(), 1) &&
         message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

std::optional<ByteView> find_bytes(ByteView bytes, int field_number) {
  std::optional<ByteView> found;
  Cursor cursor(bytes);
  while (!cursor.at_end()) {
    const auto tag = cursor.varint();
    if (!tag) return std::nullopt;
    const std::uint64_t wire_type = *tag & 7;
    if (wire_type == kVarint && cursor.varint()) continue;
    if (wire_type == kFixed64 && cursor.take(sizeof(double))) continue;
    const auto size = wire_type == kLengthDelimited ? cursor.varint() : std::nullopt;
    const auto value = size ? cursor.take(*size) : std::nullopt;
    if (!value) return std::nullopt;
    if (*tag >> 3 != static_cast<std::uint64_t>(field_number)) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

Bytes serialise(const google::protobuf::Message& message, ByteView prefix) {
  const std::size_t size = message.ByteSizeLong();
  assert(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  Bytes bytes(prefix.begin(), prefix.end());
  bytes.resize(prefix.size() + size);
  [[maybe_unused]] const bool done =
      message.SerializeToArray(bytes.data() + prefix.size(), static_cast<int>(size));
  assert(done);
  return bytes;
}

}  // namespace blindsum::detail
