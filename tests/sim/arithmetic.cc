#include "tests/sim/arithmetic.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace blindsum::sim {
namespace {

using Byte = unsigned char;

struct Answer {
  int status = 0;
  std::array<Byte, crypto_core_ristretto255_BYTES> point{};
};

struct Memory {
  std::unordered_map<std::string, int> signatures;          // key ‖ signature ‖ text
  std::unordered_map<std::string, Answer> multiples;        // of the base point, by scalar
  std::unordered_map<std::string, std::string> logarithms;  // the scalars, by multiple
  std::unordered_map<std::string, Answer> products;         // by both factors
  std::unordered_map<std::string, int> ristretto_points;
  std::unordered_map<std::string, int> ed25519_points;
};

Memory& memory() {
  static Memory all;
  return all;
}

void put(std::string& out, const Byte* bytes, std::size_t size) {
  std::for_each_n(bytes, size, [&](Byte byte) { out.push_back(static_cast<char>(byte)); });
}

std::string bytes_of(const Byte* bytes) {
  std::string out;
  put(out, bytes, 32);
  return out;
}

std::string signature_entry(const Byte* key, const Byte* signature, const Byte* text,
                            unsigned long long size) {
  std::string entry;
  entry.reserve(crypto_sign_PUBLICKEYBYTES + crypto_sign_BYTES + size);
  put(entry, key, crypto_sign_PUBLICKEYBYTES);
  put(entry, signature, crypto_sign_BYTES);
  put(entry, text, size);
  return entry;
}

// What is remembered under the entry, or else what `compute` makes of it, from then on.
template <class Value, class Compute>
Value& recall(std::unordered_map<std::string, Value>& all, std::string entry, Compute compute) {
  const auto [place, is_new] = all.try_emplace(std::move(entry));
  if (is_new) place->second = compute();
  return place->second;
}

}  // namespace

void forget_arithmetic() {
  memory() = Memory();
}

// The names are the linker's: calls come in by the first of each pair and go on by the second.
extern "C" {
int verify_in(const Byte* signature, const Byte* text, unsigned long long size,
              const Byte* key) __asm__("__wrap_crypto_sign_verify_detached");
int verify_on(const Byte* signature, const Byte* text, unsigned long long size,
              const Byte* key) __asm__("__real_crypto_sign_verify_detached");
int sign_in(Byte* signature, unsigned long long* written, const Byte* text, unsigned long long size,
            const Byte* key) __asm__("__wrap_crypto_sign_detached");
int sign_on(Byte* signature, unsigned long long* written, const Byte* text, unsigned long long size,
            const Byte* key) __asm__("__real_crypto_sign_detached");
int base_in(Byte* out, const Byte* scalar) __asm__("__wrap_crypto_scalarmult_ristretto255_base");
int base_on(Byte* out, const Byte* scalar) __asm__("__real_crypto_scalarmult_ristretto255_base");
int multiply_in(Byte* out, const Byte* scalar,
                const Byte* point) __asm__("__wrap_crypto_scalarmult_ristretto255");
int multiply_on(Byte* out, const Byte* scalar,
                const Byte* point) __asm__("__real_crypto_scalarmult_ristretto255");
int ristretto_in(const Byte* point) __asm__("__wrap_crypto_core_ristretto255_is_valid_point");
int ristretto_on(const Byte* point) __asm__("__real_crypto_core_ristretto255_is_valid_point");
int ed25519_in(const Byte* point) __asm__("__wrap_crypto_core_ed25519_is_valid_point");
int ed25519_on(const Byte* point) __asm__("__real_crypto_core_ed25519_is_valid_point");

int verify_in(const Byte* signature, const Byte* text, unsigned long long size, const Byte* key) {
  return recall(memory().signatures, signature_entry(key, signature, text, size),
                [&] { return verify_on(signature, text, size, key); });
}

int sign_in(Byte* signature, unsigned long long* written, const Byte* text, unsigned long long size,
            const Byte* key) {
  const int status = sign_on(signature, written, text, size, key);
  if (status == 0) {
    const Byte* const verify_key = key + crypto_sign_SEEDBYTES;
    memory().signatures.emplace(signature_entry(verify_key, signature, text, size), 0);
  }
  return status;
}

int base_in(Byte* out, const Byte* scalar) {
  const Answer& answer = recall(memory().multiples, bytes_of(scalar), [&] {
    Answer made;
    made.status = base_on(made.point.data(), scalar);
    if (made.status == 0) {
      memory().logarithms.emplace(bytes_of(made.point.data()), bytes_of(scalar));
    }
    return made;
  });
  std::copy(answer.point.begin(), answer.point.end(), out);
  return answer.status;
}

int multiply_in(Byte* out, const Byte* scalar, const Byte* point) {
  std::string first = bytes_of(scalar);
  std::string second = bytes_of(point);
  // Pairs of two scalars are told from those of a scalar and a point by a mark.
  const auto logarithm = memory().logarithms.find(second);
  const bool is_known = logarithm != memory().logarithms.end();
  if (is_known) second = logarithm->second;
  if (is_known && second < first) std::swap(first, second);
  const Answer& answer = recall(memory().products, first + second + (is_known ? "s" : "p"), [&] {
    Answer made;
    made.status = multiply_on(made.point.data(), scalar, point);
    return made;
  });
  std::copy(answer.point.begin(), answer.point.end(), out);
  return answer.status;
}

int ristretto_in(const Byte* point) {
  if (memory().logarithms.contains(bytes_of(point))) return 1;
  return recall(memory().ristretto_points, bytes_of(point), [&] { return ristretto_on(point); });
}

int ed25519_in(const Byte* point) {
  return recall(memory().ed25519_points, bytes_of(point), [&] { return ed25519_on(point); });
}
}

}  // namespace blindsum::sim
