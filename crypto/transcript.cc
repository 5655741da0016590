#include "crypto/transcript.h"

#include <openssl/evp.h>

#include <cassert>
#include <limits>

#include "crypto/openssl.h"

namespace blindsum {

namespace {

constexpr std::string_view prefix = "blindsum/1/";

// Longer than any text but adverts, parameters and records: it is allocated once.
constexpr std::size_t usual_bytes = 256;

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// EVP_sha256() would be looked up by name, under a lock, at every hash. The process keeps this one.
const EVP_MD* method() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

std::string_view label_name(Label label) {
  switch (label) {
    case Label::offer:
      return "offer";
    case Label::roster:
      return "roster";
    case Label::session:
      return "session";
    case Label::advert:
      return "advert";
    case Label::share_ad:
      return "share-ad";
    case Label::shares:
      return "shares";
    case Label::masked:
      return "masked";
    case Label::attest:
      return "attest";
    case Label::void_:
      return "void";
    case Label::unmask:
      return "unmask";
    case Label::record:
      return "record";
    case Label::share:
      return "share";
    case Label::share_node:
      return "share-node";
    case Label::th0:
      return "th0";
    case Label::th1:
      return "th1";
    case Label::th2:
      return "th2";
    case Label::th3:
      return "th3";
    case Label::channel:
      return "channel";
    case Label::pair:
      return "pair";
    case Label::self:
      return "self";
  }
  assert(false && "a label outside the closed list");
  return {};
}

Encoded::Encoded(Label label) {
  const std::string_view name = label_name(label);
  bytes_.reserve(usual_bytes);
  bytes_.push_back(static_cast<std::uint8_t>(prefix.size() + name.size()));
  put_bytes(bytes_, bytes_of(prefix));
  put_bytes(bytes_, bytes_of(name));
}

Encoded& Encoded::bytes(ByteView field) {
  assert(field.size() <= std::numeric_limits<std::uint32_t>::max());
  put_u32(bytes_, static_cast<std::uint32_t>(field.size()));
  put_bytes(bytes_, field);
  return *this;
}

Encoded& Encoded::u32(std::uint32_t value) {
  put_u32(bytes_, sizeof value);
  put_u32(bytes_, value);
  return *this;
}

Encoded& Encoded::u64(std::uint64_t value) {
  put_u32(bytes_, sizeof value);
  put_u64(bytes_, value);
  return *this;
}

Result<Hash> hash_of(const Encoded& encoded) {
  return sha256(encoded.view());
}

Result<Hash> sha256(ByteView bytes) {
  BLINDSUM_TRY(hasher, Sha256::create());
  BLINDSUM_CHECK(hasher.update(bytes));
  return std::move(hasher).finish();
}

Result<TranscriptHasher> TranscriptHasher::create() {
  BLINDSUM_TRY(hasher, Sha256::create());
  return TranscriptHasher(std::move(hasher));
}

Result<Hash> TranscriptHasher::hash(const Encoded& encoded) {
  BLINDSUM_CHECK(sha256_.restart());
  BLINDSUM_CHECK(sha256_.update(encoded.view()));
  return sha256_.digest();
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Result<Sha256> Sha256::create() {
  Context context(EVP_MD_CTX_new());
  if (context == nullptr || method() == nullptr) return detail::openssl_failed();
  Sha256 hasher(std::move(context));
  BLINDSUM_CHECK(hasher.restart());
  return hasher;
}

Result<void> Sha256::restart() {
  if (EVP_DigestInit_ex2(context_.get(), method(), nullptr) != 1) return detail::openssl_failed();
  return {};
}

Result<void> Sha256::update(ByteView bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) {
    return detail::openssl_failed();
  }
  return {};
}

Result<Hash> Sha256::digest() {
  Hash hash;
  unsigned written = 0;
  if (EVP_DigestFinal_ex(context_.get(), hash.bytes.data(), &written) != 1 ||
      written != hash.bytes.size()) {
    return detail::openssl_failed();
  }
  return hash;
}

Result<Hash> Sha256::finish() && {
  return digest();
}

}  // namespace blindsum
