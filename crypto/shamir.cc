#include "crypto/shamir.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace blindsum {

namespace {

using detail::Scratch;
using Scalar = std::array<std::uint8_t, scalar_bytes>;     // public
using SecretScalars = std::vector<Scratch<scalar_bytes>>;  // wiped

Scalar scalar_of(std::uint64_t value) {
  Scalar scalar{};
  for (std::size_t i = 0; i < sizeof value; ++i) {
    scalar[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  return scalar;
}

void multiply_into(Scalar& product, const Scalar& factor) {
  crypto_core_ristretto255_scalar_mul(product.data(), product.data(), factor.data());
}

// f(point) by Horner's rule.
void evaluate(const SecretScalars& coefficients, std::uint32_t point, ByteSpan out) {
  const Scalar x = scalar_of(point);
  std::copy(coefficients.back().bytes.begin(), coefficients.back().bytes.end(), out.begin());
  for (std::size_t i = coefficients.size() - 1; i-- > 0;) {
    crypto_core_ristretto255_scalar_mul(out.data(), out.data(), x.data());
    crypto_core_ristretto255_scalar_add(out.data(), out.data(), coefficients[i].data());
  }
}

// A product of public differences of points. They are small: some twenty fit one 256-bit number,
// and so cost one scalar multiplication together.
class Product {
 public:
  void times(std::uint32_t factor) {
    Limbs next{};
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
      const auto wide = static_cast<Wide>(limbs_[i]) * factor + carry;
      next[i] = static_cast<std::uint64_t>(wide);
      carry = static_cast<std::uint64_t>(wide >> 64);
    }
    if (carry == 0) {
      limbs_ = next;
    } else {
      multiply_into(value_, bytes_of(limbs_));
      limbs_ = {factor};
    }
  }

  void negate() { negative_ = !negative_; }

  Scalar value() const {
    Scalar product = value_;
    multiply_into(product, bytes_of(limbs_));
    if (negative_) crypto_core_ristretto255_scalar_negate(product.data(), product.data());
    return product;
  }

 private:
  using Limbs = std::array<std::uint64_t, scalar_bytes / sizeof(std::uint64_t)>;
  __extension__ using Wide = unsigned __int128;

  // Not reduced: the library's multiplication reduces any 256 bits.
  static Scalar bytes_of(const Limbs& limbs) {
    Scalar bytes;
    static_assert(sizeof bytes == sizeof limbs && std::endian::native == std::endian::little);
    std::memcpy(bytes.data(), limbs.data(), sizeof bytes);
    return bytes;
  }

  Scalar value_ = scalar_of(1);
  Limbs limbs_ = {1};
  bool negative_ = false;
};

// The Lagrange coefficient of share i at 0 is  (x_1 · … · x_t) / (x_i · Π_{j≠i} (x_j − x_i)).
// Appends the denominators. Errors: bad_share_set if a point is zero or comes twice.
Result<void> append_denominators(std::span<const std::uint32_t> points,
                                 std::vector<Scalar>& denominators) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i] == 0) return CryptoError::bad_share_set;
    Product product;
    product.times(points[i]);
    for (std::size_t j = 0; j < points.size(); ++j) {
      if (j == i) continue;
      if (points[j] == points[i]) return CryptoError::bad_share_set;
      if (points[j] < points[i]) product.negate();
      product.times(points[j] < points[i] ? points[i] - points[j] : points[j] - points[i]);
    }
    denominators.push_back(product.value());
  }
  return {};
}

Scalar product_of(std::span<const std::uint32_t> points) {
  Product product;
  for (const std::uint32_t point : points) product.times(point);
  return product.value();
}

// Montgomery's trick: one inversion, which costs as much as 200 multiplications, for all.
Result<void> invert_all(std::vector<Scalar>& values) {
  std::vector<Scalar> prefixes;  // prefixes[i] = product of the values before i
  prefixes.reserve(values.size());
  Scalar running = scalar_of(1);
  for (const Scalar& value : values) {
    prefixes.push_back(running);
    multiply_into(running, value);
  }
  if (crypto_core_ristretto255_scalar_invert(running.data(), running.data()) != 0) {
    return CryptoError::library_failed;
  }
  for (std::size_t i = values.size(); i-- > 0;) {
    const Scalar inverse_up_to_i = running;
    multiply_into(running, values[i]);
    values[i] = inverse_up_to_i;
    multiply_into(values[i], prefixes[i]);
  }
  return {};
}

}  // namespace

namespace detail {

Result<std::vector<Share>> split(ByteView secret, std::uint32_t threshold, std::uint32_t count,
                                 Entropy& entropy) {
  if (threshold == 0 || threshold > count) return CryptoError::bad_share_set;
  // A zero share has the identity as its tag. Chance makes one in 2^240 polynomials; only a broken
  // source repeats it.
  constexpr int polynomials = 4;
  for (int attempt = 0; attempt < polynomials; ++attempt) {
    SecretScalars coefficients(threshold);
    std::copy(secret.begin(), secret.end(), coefficients[0].bytes.begin());
    for (std::uint32_t i = 1; i < threshold; ++i) {
      BLINDSUM_CHECK(draw_scalar(entropy, coefficients[i].bytes));
    }
    std::vector<Share> shares;
    shares.reserve(count);
    for (std::uint32_t point = 1; point <= count; ++point) {
      auto share = Share::produce(Reveal::split, [&](ByteSpan out) -> Result<void> {
        evaluate(coefficients, point, out);
        return {};
      });
      if (share.has_error()) break;  // zero: the only thing that a reduced scalar can fail by
      shares.push_back(*std::move(share));
    }
    if (shares.size() == count) return shares;
  }
  return CryptoError::entropy_failed;
}

}  // namespace detail

Result<std::vector<Interpolation>> Interpolation::at_zero(
    std::span<const std::vector<std::uint32_t>> point_sets) {
  std::vector<Scalar> inverses;
  for (const auto& points : point_sets) {
    if (points.empty()) return CryptoError::bad_share_set;
    BLINDSUM_CHECK(append_denominators(points, inverses));
  }
  BLINDSUM_CHECK(invert_all(inverses));
  std::vector<Interpolation> result;
  result.reserve(point_sets.size());
  auto begin = inverses.cbegin();
  for (const auto& points : point_sets) {
    const auto end = begin + static_cast<std::ptrdiff_t>(points.size());
    result.push_back(Interpolation(std::vector<Scalar>(begin, end), product_of(points)));
    begin = end;
  }
  return result;
}

Result<void> Interpolation::apply(std::span<const Share* const> shares, ByteSpan out) const {
  if (shares.size() != inverses_.size()) return CryptoError::bad_share_set;
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  for (std::size_t i = 0; i < shares.size(); ++i) {
    Scratch<scalar_bytes> term;
    crypto_core_ristretto255_scalar_mul(term.data(), inverses_[i].data(),
                                        shares[i]->reveal(Reveal::combine).data());
    crypto_core_ristretto255_scalar_add(out.data(), out.data(), term.data());
  }
  crypto_core_ristretto255_scalar_mul(out.data(), out.data(), numerator_.data());
  return {};
}

Result<Point> share_tag(const Share& share) {
  return public_point(share);
}

Result<Share> parse_share(ByteView bytes) {
  return Share::from(bytes);
}

}  // namespace blindsum
