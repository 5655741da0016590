// All kernels against the portable one, which tests/crypto/test_mask_stream.cc's vectors hold when
// it is forced; and which kernel a name stands for.
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

#include "crypto/mask_kernel.h"
#include "tests/crypto/support.h"

namespace blindsum {

namespace {

const MaskKernel& portable() {
  return *find_mask_kernel("openssl").value();
}

std::vector<const MaskKernel*> supported_kernels() {
  std::vector<const MaskKernel*> found;
  for (const MaskKernel* kernel : mask_kernels()) {
    if (kernel->supported) found.push_back(kernel);
  }
  return found;
}

std::uint64_t draw(Entropy& entropy, std::uint64_t bound) {
  Bytes bytes(8);
  entropy.fill(bytes).value();
  return get_u64(std::span<const std::uint8_t, 8>(bytes.data(), 8)) % bound;
}

std::vector<MaskStream> random_streams(Entropy& entropy, std::size_t count) {
  std::vector<MaskStream> streams;
  for (std::size_t i = 0; i < count; ++i) {
    const auto key = StreamKey::random(entropy).value();
    const auto sign = draw(entropy, 2) == 0 ? MaskSign::add : MaskSign::subtract;
    streams.push_back(MaskStream::create(key, sign).value());
  }
  return streams;
}

// A tile of random words that begins `shift` words into a vector, between words that nobody may
// touch.
template <class Word>
struct Tile {
  static constexpr std::size_t fence = 64 / sizeof(Word);

  Tile(Entropy& entropy, std::size_t size, std::size_t shift) : memory(size + 4 * fence) {
    entropy
        .fill(
            ByteSpan(reinterpret_cast<std::uint8_t*>(memory.data()), memory.size() * sizeof(Word)))
        .value();
    first = fence + shift % fence;
    count = size;
  }
  std::span<Word> words() { return std::span(memory).subspan(first, count); }

  std::vector<Word> memory;
  std::size_t first = 0;
  std::size_t count = 0;
};

// The kernel's words are the portable one's, and so is what lies around them.
template <class Word>
bool agrees(const MaskKernel& kernel, const std::vector<MaskStream>& streams, std::uint64_t offset,
            const Tile<Word>& start) {
  Tile<Word> expected = start;
  REQUIRE(apply_masks_with(portable(), streams, offset, expected.words()).has_value());
  Tile<Word> tile = start;
  REQUIRE(apply_masks_with(kernel, streams, offset, tile.words()).has_value());
  return tile.memory == expected.memory;
}

template <class Word>
constexpr std::uint64_t most_words = std::numeric_limits<std::uint64_t>::max() / sizeof(Word);

}  // namespace

TEST_CASE_TEMPLATE("[STREAM-2] kernels agree on every edge length", Word, std::uint16_t,
                   std::uint32_t, std::uint64_t) {
  SeededEntropy entropy(21);
  const auto streams = random_streams(entropy, 2);
  constexpr std::size_t tile = 16384 / sizeof(Word);
  std::vector<std::size_t> sizes;
  for (std::size_t size = 0; size <= 200; ++size) sizes.push_back(size);
  for (const std::size_t around : {512 / sizeof(Word), 4096 / sizeof(Word), tile, 2 * tile}) {
    for (const std::size_t size : {around - 1, around, around + 1}) sizes.push_back(size);
  }
  for (const MaskKernel* kernel : supported_kernels()) {
    CAPTURE(kernel->name);
    for (const std::size_t size : sizes) {
      CAPTURE(size);
      const Tile<Word> start(entropy, size, size);
      CHECK(agrees(*kernel, streams, 0, start));
      CHECK(agrees(*kernel, streams, 3 * size + 1, start));
      CHECK(agrees(*kernel, streams, most_words<Word> - size, start));
    }
  }
}

TEST_CASE_TEMPLATE("[STREAM-1] kernels agree wherever the counter carries", Word, std::uint16_t,
                   std::uint32_t, std::uint64_t) {
  SeededEntropy entropy(22);
  const auto streams = random_streams(entropy, 1);
  constexpr std::uint64_t words_per_block = 16 / sizeof(Word);
  for (const MaskKernel* kernel : supported_kernels()) {
    CAPTURE(kernel->name);
    for (int bits = 3; bits < 60; ++bits) {
      CAPTURE(bits);
      const std::uint64_t carry = words_per_block << bits;
      const Tile<Word> start(entropy, 20000 / sizeof(Word), 0);
      CHECK(agrees(*kernel, streams, carry - std::min<std::uint64_t>(carry, 9000 / sizeof(Word)),
                   start));
    }
  }
}

TEST_CASE_TEMPLATE("kernels agree on random shapes, offsets, signs and places in memory", Word,
                   std::uint16_t, std::uint32_t, std::uint64_t) {
  SeededEntropy entropy(23);
  for (int round = 0; round < 60; ++round) {
    const auto streams = random_streams(entropy, draw(entropy, 6));
    const std::size_t size = draw(entropy, round % 4 == 0 ? 40000 : 3000);
    const std::uint64_t offset = draw(entropy, most_words<Word> - size) >> draw(entropy, 64);
    const Tile<Word> start(entropy, size, draw(entropy, 64));
    for (const MaskKernel* kernel : supported_kernels()) {
      CAPTURE(kernel->name);
      CAPTURE(size);
      CAPTURE(offset);
      CHECK(agrees(*kernel, streams, offset, start));
    }
  }
}

TEST_CASE("many streams of either sign") {
  SeededEntropy entropy(24);
  const auto streams = random_streams(entropy, 130);
  const Tile<std::uint32_t> start(entropy, 5003, 3);
  for (const MaskKernel* kernel : supported_kernels()) {
    CAPTURE(kernel->name);
    CHECK(agrees(*kernel, streams, 12345, start));
  }
}

TEST_CASE("threads share streams") {
  SeededEntropy entropy(25);
  const auto streams = random_streams(entropy, 9);
  constexpr std::size_t size = 30011;
  const Tile<std::uint32_t> start(entropy, size, 0);
  Tile<std::uint32_t> expected = start;
  REQUIRE(apply_masks_with(portable(), streams, 5, expected.words()).has_value());
  for (const MaskKernel* kernel : supported_kernels()) {
    CAPTURE(kernel->name);
    Tile<std::uint32_t> tile = start;
    std::vector<std::thread> threads;
    std::vector<Error> errors(4);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      threads.emplace_back([&, i] {
        const std::size_t first = size * i / errors.size();
        const auto part = tile.words().subspan(first, size * (i + 1) / errors.size() - first);
        const auto done = apply_masks_with(*kernel, streams, 5 + first, part);
        if (done.has_error()) errors[i] = done.error();
      });
    }
    for (auto& thread : threads) thread.join();
    for (const Error& error : errors) CHECK_FALSE(error.failed());
    CHECK(tile.memory == expected.memory);
  }
}

TEST_CASE("a kernel by its name: unknown_kernel, unsupported_kernel, the best for none") {
  CHECK(find_mask_kernel("openssl").value()->supported);
  CHECK(find_mask_kernel("vaes").error() == CryptoError::unknown_kernel);
  CHECK(find_mask_kernel("VAES512").error() == CryptoError::unknown_kernel);
  CHECK(find_mask_kernel("openssl ").error() == CryptoError::unknown_kernel);
  CHECK(find_mask_kernel("").value() == supported_kernels().front());
  std::size_t lacking = 0;
  for (const MaskKernel* kernel : mask_kernels()) {
    const auto found = find_mask_kernel(kernel->name);
    CHECK(found.has_value() == kernel->supported);
    if (kernel->supported) {
      CHECK(found.value() == kernel);
      continue;
    }
    ++lacking;
    CHECK(found.error() == CryptoError::unsupported_kernel);
    std::uint32_t word = 7;
    CHECK(apply_masks_with(*kernel, {}, 0, std::span(&word, 1)).error() ==
          CryptoError::unsupported_kernel);
    CHECK(word == 7);
  }
  CHECK(lacking > 0);  // no processor has the kernels of two architectures
  CHECK(active_mask_kernel().supported);
}

}  // namespace blindsum
