// Inside wire/ only. Protobuf is lax: it keeps fields it does not know, cuts numbers that are too
// large, and allocates whatever is repeated. What a peer sent is therefore walked once, field by
// field along the message's descriptor, before Protobuf gets to see it [WIRE-2, LIMIT-2].
#pragma once

#include <cstddef>
#include <optional>

#include "crypto/bytes.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace blindsum::detail {

// False if the bytes are not exactly such a message: a field or wire type that is unknown at any
// depth, a singular field or a body twice, a number that its type does not hold, text that is not
// printable, more than `most_repeated` elements of a field, anything cut off or left over.
// `message` is then of no use. The caller has bounded the size.
[[nodiscard]] bool parse_strictly(ByteView bytes, std::size_t most_repeated,
                                  google::protobuf::Message& message);

// The value of one bytes field at the top level of a message that may be wrong in everything else:
// nothing unless it is found exactly once. A view into `bytes`.
[[nodiscard]] std::optional<ByteView> find_bytes(ByteView bytes, int field_number);

// The message's bytes, behind `prefix`.
Bytes serialise(const google::protobuf::Message& message, ByteView prefix = {});

}  // namespace blindsum::detail
