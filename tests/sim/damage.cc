#include "tests/sim/damage.h"

#include <algorithm>
#include <optional>

namespace blindsum::sim {
namespace {

// Of Protobuf's wire format no more than what a frame of ours uses: fields of varints, of 8 bytes
// and of bytes.
constexpr std::uint8_t kVarint = 0, kFixed64 = 1, kBytes = 2;

std::optional<std::uint64_t> read_varint(ByteView bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
    const std::uint8_t byte = bytes[at++];
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

void put_varint(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

struct Field {
  std::size_t begin = 0;    // of the key
  std::size_t content = 0;  // of the bytes
  std::uint64_t size = 0;
  std::uint64_t key = 0;
};

// The last field of bytes of a message that is not empty.
std::optional<Field> last_bytes_field(ByteView message) {
  std::optional<Field> last;
  for (std::size_t at = 0; at < message.size();) {
    Field field{.begin = at};
    const auto key = read_varint(message, at);
    if (!key) return std::nullopt;
    field.key = *key;
    const auto type = static_cast<std::uint8_t>(*key & 7);
    if (type == kFixed64) {
      at += 8;
      continue;
    }
    const auto value = read_varint(message, at);
    if (!value || (type != kVarint && type != kBytes)) return std::nullopt;
    if (type == kVarint) continue;
    field.content = at;
    field.size = *value;
    at += static_cast<std::size_t>(*value);
    if (at > message.size()) return std::nullopt;
    if (field.size > 0) last = field;
  }
  return last;
}

Bytes with_shorter(ByteView message, const Field& field, const Bytes& content) {
  Bytes out(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(field.begin));
  put_varint(out, field.key);
  put_varint(out, content.size());
  put_bytes(out, content);
  put_bytes(out, message.subspan(field.content + static_cast<std::size_t>(field.size)));
  return out;
}

}  // namespace

Bytes truncated(const Bytes& frame, Random& random) {
  if (frame.empty()) return frame;
  const std::uint32_t lost = 1 + random.below(static_cast<std::uint32_t>(frame.size()));
  return Bytes(frame.begin(), frame.end() - static_cast<std::ptrdiff_t>(lost));
}

Bytes with_cut_field(const Bytes& frame) {
  if (frame.size() < 2) return frame;
  if (frame.front() != 0) return Bytes(frame.begin(), frame.end() - 1);
  const ByteView envelope = ByteView(frame).subspan(1);
  const auto body = last_bytes_field(envelope);
  if (!body) return frame;
  const ByteView message = envelope.subspan(body->content, static_cast<std::size_t>(body->size));
  const auto field = last_bytes_field(message);
  if (!field) return frame;
  const ByteView content = message.subspan(field->content, static_cast<std::size_t>(field->size));
  const Bytes shorter = with_shorter(message, *field, Bytes(content.begin(), content.end() - 1));
  Bytes out = with_shorter(envelope, *body, shorter);
  out.insert(out.begin(), 0);
  return out;
}

Bytes with_overwritten(const Bytes& frame, ByteView what, std::uint8_t value) {
  Bytes out = frame;
  const auto found = std::search(out.begin(), out.end(), what.begin(), what.end());
  if (found != out.end()) std::fill_n(found, what.size(), value);
  return out;
}

}  // namespace blindsum::sim
