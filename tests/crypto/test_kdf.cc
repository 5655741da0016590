#include "crypto/kdf.h"
#include "crypto/transcript.h"
#include "tests/crypto/support.h"

namespace blindsum {

namespace {

Bytes derived(const Bytes& ikm, const Bytes& salt, const Bytes& info, std::size_t size) {
  Bytes out(size);
  REQUIRE(detail::hkdf_sha256(ikm, salt, info, out).has_value());
  return out;
}

}  // namespace

TEST_CASE("[KEY-5] the vectors of RFC 5869, A.1 to A.3") {
  CHECK(to_hex(derived(Bytes(22, 0x0b), counting(0x00, 13), counting(0xf0, 10), 42)) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  CHECK(to_hex(derived(counting(0x00, 80), counting(0x60, 80), counting(0xb0, 80), 82)) ==
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e"
        "590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
  CHECK(to_hex(derived(Bytes(22, 0x0b), {}, {}, 42)) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("[KEY-5] a key is 32 bytes of it, and hangs on secret, salt and info") {
  const auto self_mask = SelfMask::from(scalar_bytes_of(77)).value();
  const auto other_mask = SelfMask::from(scalar_bytes_of(78)).value();
  const Hash th2 = Hash::from(counting(1, 32)).value();
  const Hash other_th2 = Hash::from(counting(2, 32)).value();
  const Encoded info = Encoded(Label::self).u32(3);
  const Encoded other_info = Encoded(Label::self).u32(4);

  const auto key = hkdf<StreamKeyTag>(self_mask, th2, info.view()).value();
  CHECK(revealed(key) == derived(scalar_bytes_of(77), counting(1, 32),
                                 Bytes(info.view().begin(), info.view().end()),
                                 StreamKey::size_bytes));
  const Bytes bytes = revealed(key);
  CHECK(bytes == revealed(hkdf<SealKeyTag>(self_mask, th2, info.view()).value()));
  CHECK(bytes != revealed(hkdf<StreamKeyTag>(other_mask, th2, info.view()).value()));
  CHECK(bytes != revealed(hkdf<StreamKeyTag>(self_mask, other_th2, info.view()).value()));
  CHECK(bytes != revealed(hkdf<StreamKeyTag>(self_mask, th2, other_info.view()).value()));
}

TEST_CASE("[KEY-3] more output than HKDF has is library_failed") {
  Bytes most(255 * 32);
  CHECK(detail::hkdf_sha256(Bytes(32, 1), {}, {}, most).has_value());
  Bytes too_much(255 * 32 + 1);
  CHECK(detail::hkdf_sha256(Bytes(32, 1), {}, {}, too_much).error() == CryptoError::library_failed);
}

}  // namespace blindsum
