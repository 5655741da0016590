// What a participant's pass over its vector costs without any masks: check, encode, pack, in chunks
// of 1 MiB as they are uploaded. Once encoded as it is read, once as a whole vector first. The runs
// are interleaved, and the medians printed, in nanoseconds of CPU an element.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

#include "crypto/init.h"
#include "protocol/vector/codec.h"
#include "protocol/vector/masked_vector.h"

namespace {

using namespace blindsum;

constexpr int kRuns = 9;
constexpr std::size_t kValues = 4'000'000;
const CodecParameters kCodec{
    .kind = CodecKind::fixed_point, .clip = 2, .scale = 1024, .weight_bound = 1};

Update update_for_run(bool named) {
  std::vector<double> values(kValues);
  for (std::size_t i = 0; i < kValues; ++i) values[i] = static_cast<double>(i % 1000) / 500 - 1;
  Update update{.values = std::move(values)};
  if (named) update.id = Hash{{1}};
  return update;
}

bool read_all(MaskedVector& masked) {
  Bytes chunk(std::size_t{1} << 20);
  const std::uint64_t size = masked.packed_size();
  for (std::uint64_t at = 0; at < size; at += chunk.size()) {
    const auto some = std::min<std::uint64_t>(chunk.size(), size - at);
    if (!masked.read(at, ByteSpan(chunk).first(some))) return false;
  }
  return true;
}

template <class Pass>
double nanoseconds(Pass&& pass, bool named) {
  Update update = update_for_run(named);
  const std::clock_t begin = std::clock();
  if (!pass(std::move(update))) std::fprintf(stderr, "a pass failed\n");
  const auto ticks = static_cast<double>(std::clock() - begin);
  return ticks / CLOCKS_PER_SEC * 1e9 / static_cast<double>(kValues);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void report(Ring ring) {
  const VectorSchema schema{.tensors = {{.name = "w", .shape = {kValues}}}};
  SystemEntropy entropy;
  const auto as_read = [&](Update update) {
    auto input = EncodedInput::create(std::move(update), kCodec, schema, ring, entropy);
    if (!input) return false;
    MaskedVector masked(*std::move(input), {});
    return read_all(masked);
  };
  const auto whole_first = [&](Update update) {
    if (!input_id(update)) return false;
    auto vector = encode(update, kCodec, schema, ring, entropy);
    if (!vector) return false;
    MaskedVector masked(*std::move(vector), {});
    return read_all(masked);
  };
  std::array<std::vector<double>, 4> taken;
  for (int run = -1; run < kRuns; ++run) {  // the first one only warms up
    const std::array now{nanoseconds(as_read, true), nanoseconds(whole_first, true),
                         nanoseconds(as_read, false), nanoseconds(whole_first, false)};
    for (std::size_t i = 0; run >= 0 && i < now.size(); ++i) taken[i].push_back(now[i]);
  }
  std::printf("b = %u: as read %.2f, whole first %.2f; with the input's hash %.2f, %.2f ns\n",
              ring.bits(), median(taken[0]), median(taken[1]), median(taken[2]), median(taken[3]));
}

}  // namespace

int main() {
  if (init_crypto().has_error()) return 1;
  for (const std::uint32_t bits : {16U, 20U, 26U}) {
    const auto ring = Ring::of_bits(bits);
    if (!ring) return 1;
    report(*ring);
  }
}
