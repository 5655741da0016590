#include <set>
#include <string>

#include "crypto/transcript.h"
#include "tests/crypto/support.h"

namespace blindsum {

namespace {

const std::pair<Label, const char*> labels[] = {
    {Label::offer, "offer"},       {Label::roster, "roster"}, {Label::session, "session"},
    {Label::advert, "advert"},     {Label::share, "share"},   {Label::share_node, "share-node"},
    {Label::share_ad, "share-ad"}, {Label::shares, "shares"}, {Label::masked, "masked"},
    {Label::attest, "attest"},     {Label::void_, "void"},    {Label::unmask, "unmask"},
    {Label::record, "record"},     {Label::th0, "th0"},       {Label::th1, "th1"},
    {Label::th2, "th2"},           {Label::th3, "th3"},       {Label::channel, "channel"},
    {Label::pair, "pair"},         {Label::self, "self"},
};

std::string text_of(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("[ENC-3] the labels are the closed list") {
  std::set<std::string> seen;
  for (const auto& [label, name] : labels) {
    CHECK(label_name(label) == name);
    CHECK(seen.insert(name).second);
    const std::string whole = std::string("blindsum/1/") + name;
    CHECK(text_of(Encoded(label).view()) == static_cast<char>(whole.size()) + whole);
  }
  CHECK(seen.size() == static_cast<std::size_t>(Label::self) + 1);
}

TEST_CASE("[ENC-1] [ENC-2] an encoding, byte for byte") {
  const Encoded encoded = Encoded(Label::pair)
                              .u32(0x01020304)
                              .u64(0x05060708090a0b0c)
                              .bytes(Bytes{0xaa, 0xbb, 0xcc})
                              .bytes({})
                              .hash(Hash::from(counting(0, 32)).value());
  CHECK(to_hex(encoded.view()) ==
        "0f"                              // length of the string
        "626c696e6473756d2f312f70616972"  // blindsum/1/pair
        "04000000"
        "04030201"
        "08000000"
        "0c0b0a0908070605"
        "03000000"
        "aabbcc"
        "00000000"
        "20000000"
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
}

TEST_CASE("[ENC-1] where one field ends and the next begins shows") {
  const Bytes ab = {'a', 'b'};
  const Bytes c = {'c'};
  const Bytes a = {'a'};
  const Bytes bc = {'b', 'c'};
  CHECK(Encoded(Label::th1).bytes(ab).bytes(c) != Encoded(Label::th1).bytes(a).bytes(bc));
  CHECK(Encoded(Label::th1).bytes(ab) != Encoded(Label::th1).bytes(ab).bytes({}));
  CHECK(Encoded(Label::share) != Encoded(Label::shares));
  CHECK(Encoded(Label::share).hash({}) != Encoded(Label::share_node).hash({}));
}

TEST_CASE("[HASH-1] SHA-256, in one piece and in many") {
  const std::string abc = "abc";
  const Bytes bytes(abc.begin(), abc.end());
  constexpr const char* digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  CHECK(to_hex(sha256(bytes).value().view()) == digest);
  CHECK(to_hex(sha256({}).value().view()) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  auto hasher = Sha256::create().value();
  for (const std::uint8_t byte : bytes) REQUIRE(hasher.update({&byte, 1}).has_value());
  REQUIRE(hasher.update({}).has_value());
  CHECK(to_hex(std::move(hasher).finish().value().view()) == digest);
}

TEST_CASE("[HASH-1] a transcript hash is that of the encoding") {
  const Encoded encoded = Encoded(Label::th3).hash(Hash{}).bytes(Bytes{0x07});
  CHECK(hash_of(encoded).value() == sha256(encoded.view()).value());
  CHECK(hash_of(encoded).value() !=
        hash_of(Encoded(Label::th2).hash(Hash{}).bytes(Bytes{7})).value());
}

TEST_CASE("[HASH-1] one hasher for many texts says what each says alone") {
  auto hasher = TranscriptHasher::create().value();
  for (const std::size_t size : {0U, 1U, 55U, 64U, 300U, 5000U, 3U}) {
    const Encoded encoded = Encoded(Label::share).bytes(Bytes(size, 0x5a));
    CHECK(hasher.hash(encoded).value() == sha256(encoded.view()).value());
  }
}

}  // namespace blindsum
