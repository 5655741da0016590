// Values that several families have in their cases, parsed as the protocol parses them.
#pragma once

#include <algorithm>

#include "crypto/group.h"
#include "crypto/secret.h"
#include "protocol/round/messages.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {

// 100 bytes [ADVERT-1].
inline Advert parse_advert(ByteView bytes) {
  return {get_u32(bytes.first<4>()), at("crypto", Point::parse(bytes.subspan(4, 32))),
          at("crypto", Point::parse(bytes.subspan(36, 32))),
          at("crypto", Point::parse(bytes.subspan(68, 32)))};
}

// 152 bytes [SHARE-5].
inline ShareItem parse_item(ByteView bytes) {
  ShareItem item{get_u32(bytes.first<4>()), get_u32(bytes.subspan<4, 4>()), {}, {}, {}};
  std::copy_n(bytes.begin() + 8, item.box.size(), item.box.begin());
  std::copy_n(bytes.begin() + 88, item.mask_tag.size(), item.mask_tag.begin());
  std::copy_n(bytes.begin() + 120, item.self_tag.size(), item.self_tag.begin());
  return item;
}

template <class Tag>
Secret<Tag> secret(const Input& input, std::string_view name) {
  return at("crypto", Secret<Tag>::from(input.bytes(name)));
}

template <class Tag>
std::string reveal(const Secret<Tag>& value) {
  return hex(value.reveal(Reveal::test));
}

}  // namespace blindsum::vectors
