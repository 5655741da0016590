// Families encoding, keys, signatures, adverts.
#include <doctest/doctest.h>

#include <stdexcept>

#include "crypto/group.h"
#include "crypto/sign.h"
#include "crypto/transcript.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/messages.h"
#include "protocol/round/round_transcript.h"
#include "tests/vectors/values.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {
namespace {

Encoded encoded(const Input& input) {
  const std::string name = input.text("label");
  for (int i = 0; i <= static_cast<int>(Label::self); ++i) {
    const auto label = static_cast<Label>(i);
    if (label_name(label) != name) continue;
    Encoded text(label);
    for (const Bytes& field : input.byte_strings("fields")) text.bytes(field);
    return text;
  }
  throw std::runtime_error(name + " is no label");
}

json::object run_encoding(const std::string& what, const Input& input) {
  if (what == "bitmap") {
    const Bitmap bitmap = at("bitmap", Bitmap::parse(input.bytes("bitmap"), input.u32("n")));
    return {{"members", number_list(bitmap.members())}};
  }
  const Encoded text = encoded(input);
  return {{"encoded", hex(text.view())}, {"hash", hex(hash_of(text).value().view())}};
}

template <class Key>
json::object key_of(Result<Key> key) {
  return {{"key", reveal(at("crypto", std::move(key)))}};
}

json::object run_keys(const std::string& what, const Input& input) {
  if (what == "public_point") {
    const Point point = public_point(secret<MaskKeyTag>(input, "scalar")).value();
    return {{"point", hex(point.view())}};
  }
  if (what == "self_key") {
    return key_of(
        self_key(secret<SelfMaskTag>(input, "scalar"), input.fixed<Hash>("th2"), input.u32("u")));
  }
  const Point point = at("crypto", Point::parse(input.bytes("point")));
  const SharedPoint shared = at("crypto", agree(secret<MaskKeyTag>(input, "scalar"), point));
  if (what == "agree") return {{"shared", reveal(shared)}};
  if (what == "channel_key") {
    return key_of(
        channel_key(shared, input.fixed<Hash>("th1"), input.u32("from"), input.u32("to")));
  }
  return key_of(pair_key(shared, input.fixed<Hash>("th2"), input.u32("u"), input.u32("v")));
}

SigningKey key_of_seed(const Input& input) {
  return SigningKey::from_seed(Seed::from(input.bytes("seed")).value()).value();
}

json::object run_signatures(const std::string& what, const Input& input) {
  if (what == "sign") {
    const SigningKey key = key_of_seed(input);
    const Signature signature = key.sign(encoded(input)).value();
    at("crypto", verify(key.verify_key(), encoded(input), signature));
    return {{"key", hex(key.verify_key().view())}, {"signature", hex(signature.view())}};
  }
  const auto key = input.fixed<VerifyKey>("key");
  if (what == "identity_key") {
    at("crypto", check_verify_key(key));
  } else {
    at("crypto", verify(key, encoded(input), input.fixed<Signature>("signature")));
  }
  return {};
}

json::object run_adverts(const std::string& what, const Input& input) {
  const auto th0 = input.fixed<Hash>("th0");
  if (what == "check") {
    const Bytes bytes = input.bytes("advert");
    at("crypto", verify(input.fixed<VerifyKey>("key"), advert_statement(th0, parse_advert(bytes)),
                        input.fixed<Signature>("signature")));
    return {};
  }
  const Advert advert{input.u32("roster_index"),
                      public_point(secret<MaskKeyTag>(input, "s")).value(),
                      public_point(secret<ChannelKeyTag>(input, "c")).value(),
                      public_point(secret<SelfMaskTag>(input, "b")).value()};
  const Signature signature = key_of_seed(input).sign(advert_statement(th0, advert)).value();
  return {{"advert", hex(advert.bytes())}, {"signature", hex(signature.view())}};
}

}  // namespace

TEST_CASE("[ENC-1, ENC-2, ENC-3, HASH-1, BITMAP-1] vectors of encoding") {
  run_family("encoding", run_encoding);
}
TEST_CASE("[KEY-1, KEY-2, KEY-5, KEY-6] vectors of keys") {
  run_family("keys", run_keys);
}
TEST_CASE("[SIG-1, ROSTER-3] vectors of signatures") {
  run_family("signatures", run_signatures);
}
TEST_CASE("[ADVERT-1, ADVERT-2] vectors of adverts") {
  run_family("adverts", run_adverts);
}

}  // namespace blindsum::vectors
