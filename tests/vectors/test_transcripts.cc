// Family transcripts.
#include <doctest/doctest.h>

#include "protocol/round/bitmap.h"
#include "protocol/round/record.h"
#include "protocol/round/roster.h"
#include "protocol/round/round_transcript.h"
#include "protocol/wire/frames.h"
#include "tests/vectors/values.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {
namespace {

json::object hashes(const Input& input) {
  std::vector<SignedAdvert> adverts;
  for (const Bytes& bytes : input.byte_strings("adverts")) {
    adverts.push_back({parse_advert(bytes), Signature{}});
  }
  const auto n = static_cast<std::uint32_t>(adverts.size());
  const Bitmap u2 = at("bitmap", Bitmap::parse(input.bytes("u2"), n));
  const Bitmap u3 = at("bitmap", Bitmap::parse(input.bytes("u3"), n));
  const Hash th0 = hash_th0(input.bytes("parameters")).value();
  const Hash th1 = hash_th1(th0, adverts).value();
  const Hash th2 = hash_th2(th1, u2).value();
  const Hash th3 = hash_th3(th2, u3).value();
  return {{"th0", hex(th0.view())},
          {"th1", hex(th1.view())},
          {"th2", hex(th2.view())},
          {"th3", hex(th3.view())}};
}

json::object statements(const Input& input) {
  const auto th = [&](const char* name) { return input.fixed<Hash>(name); };
  const std::uint32_t u = input.u32("u");
  const Hash body = sha256(input.bytes("body")).value();
  const Bytes advert = input.bytes("advert");
  return {{"advert", hex(advert_statement(th("th0"), parse_advert(advert)).view())},
          {"shares", hex(shares_statement(th("th1"), u, th("root")).view())},
          {"masked", hex(receipt_statement(th("th2"), u).view())},
          {"attest", hex(attest_statement(th("th3"), u).view())},
          {"void", hex(void_statement(th("th1"), u).view())},
          {"unmask", hex(unmask_statement(th("th3"), u, body).view())}};
}

json::object documents(const Input& input) {
  const Bytes document = input.bytes("document");
  return {{"offer", hex(offer_statement(document).view())},
          {"record", hex(record_statement(document).view())},
          {"roster", hex(roster_statement(document).view())},
          {"record_hash", hex(record_hash(document).value().view())},
          {"roster_hash", hex(hash_of(roster_statement(document)).value().view())}};
}

json::object session(const Input& input) {
  std::optional<Hash> exporter;
  if (!input.bytes("exporter").empty()) exporter = input.fixed<Hash>("exporter");
  const Encoded statement =
      session_statement(input.fixed<Nonce>("nonce"), input.fixed<VerifyKey>("aggregator_key"),
                        input.u32("roster_index"), exporter);
  return {{"statement", hex(statement.view())}};
}

json::object run_transcripts(const std::string& what, const Input& input) {
  if (what == "hashes") return hashes(input);
  if (what == "statements") return statements(input);
  if (what == "documents") return documents(input);
  return session(input);
}

}  // namespace

TEST_CASE("[HASH-2, SIG-3, SESSION-2] vectors of transcripts") {
  run_family("transcripts", run_transcripts);
}

}  // namespace blindsum::vectors
