#include "crypto/shamir.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstddef>

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

// A product of public differences of points. They are small: several fit one word, and so cost one
// scalar multiplication together.
class Product {
 public:
  void times(std::uint64_t factor) {
    std::uint64_t next = 0;
    if (__builtin_mul_overflow(word_, factor, &next)) {
      multiply_into(value_, scalar_of(word_));
      next = factor;
    }
    word_ = next;
  }

  void negate() { negative_ = !negative_; }

  Scalar value() const {
    Scalar product = value_;
    multiply_into(product, scalar_of(word_));
    if (negative_) crypto_core_ristretto255_scalar_negate(product.data(), product.data());
    return product;
  }

 private:
  Scalar value_ = scalar_of(1);
  std::uint64_t word_ = 1;
  bool negative_ = false;
};

// The Lagrange coefficient of share i at 0 is  (x_1 · … · x_t) / (x_i · Π_{j≠i} (x_j − x_i)).
// These are the denominators. Errors: bad_share_set if a point is zero or comes twice.
Result<std::vector<Scalar>> denominators(std::span<const std::uint32_t> points) {
  std::vector<Scalar> result;
  result.reserve(points.size());
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
    result.push_back(product.value());
  }
  return result;
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

Result<void> combine(std::span<const std::uint32_t> points, std::span<const Share* const> shares,
                     ByteSpan out) {
  if (points.empty() || points.size() != shares.size()) return CryptoError::bad_share_set;
  BLINDSUM_TRY(weights, denominators(points));
  BLINDSUM_CHECK(invert_all(weights));
  Product all_points;
  for (const std::uint32_t point : points) all_points.times(point);

  std::fill(out.begin(), out.end(), std::uint8_t{0});
  for (std::size_t i = 0; i < shares.size(); ++i) {
    Scratch<scalar_bytes> term;
    crypto_core_ristretto255_scalar_mul(term.data(), weights[i].data(),
                                        shares[i]->reveal(Reveal::combine).data());
    crypto_core_ristretto255_scalar_add(out.data(), out.data(), term.data());
  }
  crypto_core_ristretto255_scalar_mul(out.data(), out.data(), all_points.value().data());
  return {};
}

}  // namespace detail

Result<Point> share_tag(const Share& share) {
  return public_point(share);
}

Result<Share> parse_share(ByteView bytes) {
  return Share::from(bytes);
}

}  // namespace blindsum
