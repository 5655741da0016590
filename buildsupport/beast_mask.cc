// What Beast does to every byte of a payload, in place of its mask.ipp, whose steps of four bytes
// compilers do not make wider: nearly three times as fast with the vectors that every x86-64 and
// Armv8 has.
#include <boost/beast/websocket/detail/mask.hpp>
#include <cstdint>
#include <cstring>

namespace boost::beast::websocket::detail {

void prepare_key(prepared_key& prepared, std::uint32_t key) {
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    prepared[i] = static_cast<unsigned char>(key >> (8 * i));
  }
}

void mask_inplace(net::mutable_buffer const& buffer, prepared_key& key) {
  auto* at = static_cast<unsigned char*>(buffer.data());
  std::size_t left = buffer.size();
  std::uint32_t word = 0;
  std::memcpy(&word, key.data(), sizeof(word));
  constexpr std::size_t kWords = 32;  // a step that compilers unroll into vectors
  for (; left >= kWords * sizeof(word); left -= kWords * sizeof(word)) {
    std::uint32_t block[kWords];
    std::memcpy(block, at, sizeof(block));
    for (auto& one : block) one ^= word;
    std::memcpy(at, block, sizeof(block));
    at += sizeof(block);
  }
  for (std::size_t i = 0; i < left; ++i) at[i] ^= key[i % key.size()];
  // The next bytes go on where these end.
  const prepared_key before = key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = before[(i + left) % key.size()];
}

}  // namespace boost::beast::websocket::detail
