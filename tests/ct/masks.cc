// Mask streams, by every kernel that this processor (as valgrind shows it) has, and what is under
// the masks: quantising, masking, packing.
#include <array>
#include <cstdio>

#include "crypto/mask_kernel.h"
#include "crypto/mask_stream.h"
#include "protocol/vector/kernels/packing_kernel.h"
#include "protocol/vector/kernels/quantise_kernel.h"
#include "protocol/vector/masked_vector.h"
#include "tests/ct/marks.h"

namespace blindsum::ct {
namespace {

// More than four pages, from the middle of a group on: every path of a kernel.
constexpr std::size_t kWords = 11'000;
constexpr std::uint64_t kFirst = 5;

StreamKey stream_key(std::uint64_t seed) {
  SecretEntropy entropy(seed);
  return StreamKey::random(entropy).value();
}

template <class Word>
bool mask_by(const MaskKernel& kernel) {
  std::vector<MaskStream> streams;
  streams.push_back(MaskStream::create(stream_key(30), MaskSign::add).value());
  streams.push_back(MaskStream::create(stream_key(31), MaskSign::subtract).value());
  std::vector<Word> words(kWords);
  if (!apply_masks_with(kernel, streams, kFirst, std::span(words))) return false;
  return is_secret({reinterpret_cast<const std::uint8_t*>(words.data()), kWords * sizeof(Word)});
}

bool mask_by_every_kernel() {
  std::size_t ran = 0;
  for (const MaskKernel* kernel : mask_kernels()) {
    const std::string name(kernel->name);
    std::printf("mask kernel %s: %s\n", name.c_str(), kernel->supported ? "runs" : "not run");
    if (!kernel->supported) continue;
    ++ran;
    if (!mask_by<std::uint16_t>(*kernel) || !mask_by<std::uint32_t>(*kernel) ||
        !mask_by<std::uint64_t>(*kernel)) {
      return false;
    }
  }
  return ran > 0;
}

bool pack_by_every_kernel() {
  const Ring ring = Ring::of_bits(20).value();
  std::vector<std::uint32_t> words(801, 0x12345);
  mark_secret(std::span(words));
  for (const auto& kernel : detail::packing_kernels()) {
    std::printf("packing kernel %s: %s\n", kernel.name, kernel.supported ? "runs" : "not run");
    if (!kernel.supported) continue;
    Bytes packed(ring.packed_size(words.size()));
    kernel.pack(ring, std::span<const std::uint32_t>(words), packed);
    if (!is_secret(packed)) return false;
    std::vector<std::uint32_t> sum(words.size());
    kernel.unpack_add(ring, packed, std::span(sum));
  }
  return true;
}

bool quantise_by_every_kernel() {
  const Ring ring = Ring::of_bits(32).value();
  std::vector<double> values(333);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i) / 7 - 20;
  std::vector<std::uint64_t> random(values.size(), 0x123456789ABCDEF0);
  mark_secret(std::span(values));
  mark_secret(std::span(random));
  const detail::FixedPoint terms{.clip = 16, .scale = 65536, .weight = 3};
  for (const auto& kernel : detail::quantise_kernels()) {
    std::printf("quantise kernel %s: %s\n", kernel.name, kernel.supported ? "runs" : "not run");
    if (!kernel.supported) continue;
    std::vector<std::uint32_t> words(values.size());
    kernel.quantise(terms, ring, values, random, std::span(words));
  }
  return true;
}

// A participant's upload: input under its masks. What is sent is published.
bool mask_an_input() {
  const Ring ring = Ring::of_bits(20).value();
  RingVector vector(ring, 5'000);
  for (std::uint64_t i = 0; i < vector.size(); ++i) vector.set(i, i);
  std::visit([](const auto& words) { mark_secret(words); }, vector.words());
  std::vector<MaskStream> streams;
  streams.push_back(MaskStream::create(stream_key(32), MaskSign::add).value());
  MaskedVector masked(std::move(vector), std::move(streams));
  Bytes packed(masked.packed_size());
  return masked.read(0, packed).has_value() && is_secret(packed);
}

constexpr std::array kCases{
    Case{"mask_kernels", mask_by_every_kernel, false},
    Case{"packing_kernels", pack_by_every_kernel, false},
    Case{"quantise_kernels", quantise_by_every_kernel, false},
    Case{"masked_vector", mask_an_input, false},
};

}  // namespace

std::span<const Case> mask_cases() {
  return kCases;
}

}  // namespace blindsum::ct
