#include "tests/e2e/harness/outcome.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <stdexcept>

#include "protocol/wire/documents.h"
#include "support/files.h"
#include "support/npy.h"

namespace blindsum::e2e {
namespace {

template <class T>
T must_be(Result<T> result, const std::filesystem::path& file) {
  if (!result) throw std::runtime_error(file.string() + ": " + result.error().message());
  return *std::move(result);
}

// [PACK-1], by the letter: bit i of element j is bit j·b + i of the stream.
Elements unpack(ByteView packed, std::uint64_t length, std::uint32_t bits) {
  Elements elements(length, 0);
  for (std::uint64_t j = 0; j < length; ++j) {
    for (std::uint32_t i = 0; i < bits; ++i) {
      const auto place = j * bits + i;
      const std::uint64_t bit = (packed[place / 8] >> (place % 8)) & 1;
      elements[j] |= bit << i;
    }
  }
  return elements;
}

std::uint32_t index_of(const boost::json::value& member) {
  return member.at("index").to_number<std::uint32_t>();
}

}  // namespace

Outcome::Outcome(const Scene& scene, std::uint64_t round) {
  folder_ = scene.results() / fmt::format("round-{:06}", round);
  record_file_ = folder_.string() + ".record";
  const std::filesystem::path json_file = folder_.string() + ".json";
  // The JSON is the last that is written, and whole when it is there.
  if (!wait_until([&] { return std::filesystem::exists(json_file); })) {
    throw std::runtime_error("no " + json_file.string() + ":\n" + scene.log());
  }
  json_ = boost::json::parse(read_text(json_file));
  const auto bytes = must_be(read_file(record_file_, kMaxRecordFileBytes), record_file_);
  record_ = must_be(read_record_file(bytes), record_file_);
  const auto& keys = Keys::instance();
  const auto good = verify_record(record_, keys.roster(), keys.key("aggregator"));
  if (!good) throw std::runtime_error(record_file_.string() + ": " + good.error().message());
}

std::string Outcome::reason() const {
  return std::string(json_.at("reason").as_string());
}

std::vector<std::uint32_t> Outcome::members(const std::string& key) const {
  std::vector<std::uint32_t> indices;
  for (const auto& member : json_.at(key).as_array()) indices.push_back(index_of(member));
  return indices;
}

bool Outcome::dropped(std::uint32_t index, const std::string& phase,
                      const std::string& reason) const {
  const auto& all = json_.at("dropped").as_array();
  return std::any_of(all.begin(), all.end(), [&](const boost::json::value& one) {
    return index_of(one) == index && one.at("phase").as_string() == phase &&
           one.at("reason").as_string() == reason;
  });
}

bool Outcome::blamed(std::uint32_t index, const std::string& kind) const {
  const auto& all = json_.at("blame").as_array();
  return std::any_of(all.begin(), all.end(), [&](const boost::json::value& one) {
    return index_of(one.at("accused")) == index && one.at("kind").as_string() == kind;
  });
}

Elements Outcome::sum() const {
  const auto& parameters = record_.content.offer.parameters;
  const auto file = folder_ / "sum.packed";
  const auto packed = must_be(read_file(file, std::uint64_t{1} << 30), file);
  if (packed.size() != (parameters.vector_length * parameters.ring_bits + 7) / 8) {
    throw std::runtime_error(file.string() + " has a wrong length");
  }
  return unpack(packed, parameters.vector_length, parameters.ring_bits);
}

std::vector<std::int64_t> Outcome::integers(const std::string& tensor) const {
  const auto file = folder_ / (tensor + ".npy");
  return std::get<std::vector<std::int64_t>>(must_be(read_npy(file), file).values);
}

std::vector<double> Outcome::reals(const std::string& tensor) const {
  const auto file = folder_ / (tensor + ".npy");
  return std::get<std::vector<double>>(must_be(read_npy(file), file).values);
}

Elements add_up(const std::vector<Elements>& vectors, std::uint32_t bits) {
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - bits);
  Elements sum(vectors.empty() ? 0 : vectors.front().size(), 0);
  for (const auto& vector : vectors) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = (sum[i] + vector.at(i)) & mask;
  }
  return sum;
}

std::vector<std::int64_t> sum_over(
    const std::vector<std::uint32_t>& survivors,
    const std::map<std::uint32_t, std::vector<std::int64_t>>& values) {
  std::vector<std::int64_t> sum;
  for (const auto index : survivors) {
    const auto& vector = values.at(index);
    sum.resize(vector.size(), 0);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += vector[i];
  }
  return sum;
}

}  // namespace blindsum::e2e
