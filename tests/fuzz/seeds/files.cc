#include <fstream>
#include <iterator>
#include <string>

#include "support/npy_header.h"
#include "tests/fuzz/documents.h"
#include "tests/fuzz/seeds/seeds.h"

namespace blindsum::fuzz {
namespace {

Bytes after(std::uint8_t first, std::string_view text) {
  Bytes bytes{first};
  bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

Bytes array(std::string_view type, const std::vector<std::uint64_t>& shape, std::size_t bytes) {
  Bytes file{1};
  put_bytes(file, npy_header_bytes(type, shape));
  put_bytes(file, Bytes(bytes, 0x3F));
  return file;
}

// The example names an authority of zeros, which is no key.
Bytes example_configuration(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string zeros(64, '0');
  const auto at = text.find(zeros);
  if (at != std::string::npos) {
    text.replace(at, zeros.size(), to_hex(authority().verify_key().view()));
  }
  return {text.begin(), text.end()};
}

constexpr std::string_view kSmallConfiguration = R"([listen]
port = 0
certificate = "c"
key = "k"
[aggregator]
key = "a"
roster = "r"
authority = "5866666666666666666666666666666666666666666666666666666666666666"
results = "s"
[[task]]
name = "t"
tensors = [{ name = "w", shape = [5, 2] }, { name = "b", shape = [] }]
codec = { kind = "fixed_point", clip = 1.5, scale = 256.0, weight_bound = 20 }
n_min = 10
n_max = 12
max_corrupt = 1
delta = "25%"
payload = "p"
on_result = ["x", "y"]
time_limits = { advertise = "5s", share = "5s", mask = "1min", attest = "500ms", unmask = "1h" }
)";

}  // namespace

void add_files(Seeds& seeds, const std::filesystem::path& example) {
  seeds["configuration"] = {example_configuration(example),
                            {kSmallConfiguration.begin(), kSmallConfiguration.end()}};
  seeds["npy"] = {array("<f8", {2}, 16),    array("<f4", {1, 2}, 8), array("<i8", {}, 8),
                  array("<u2", {3, 1}, 6),  array("|b1", {2}, 2),    array("<u8", {1}, 8),
                  {0, 0, 0, 0, 2, 0, 0, 7}, {0, 0, 0, 0, 0}};
  const std::string digits(64, '7');
  seeds["key_files"] = {after(0, "blindsum ed25519 secret key v1\n" + digits + "\n"),
                        after(0, "blindsum ed25519 secret key v1\n" + digits),
                        after(1, to_hex(authority().verify_key().view()))};
  seeds["texts"] = {after(0, "1500ms"),         after(0, "64MiB"),
                    after(0, "0.25%"),          after(0, "50000ppm"),
                    after(1, "upload_stalled"), after(1, "a2\xC3\xA4\xE4\xBA\xAC"),
                    after(1, "00ff7e"),         {2, 0, 0, 0, 10, 0xFF, 0x01}};
}

}  // namespace blindsum::fuzz
