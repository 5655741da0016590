#include "protocol/wire/documents.h"

#include <cstdlib>

#include "protocol/wire/fact_document.h"
#include "tests/fuzz/documents.h"
#include "tests/fuzz/seeds/seeds.h"

namespace blindsum::fuzz {
namespace {

// The first byte says which part of a target.
Bytes after(std::uint8_t first, ByteView rest) {
  Bytes bytes{first};
  put_bytes(bytes, rest);
  return bytes;
}

// All documents, each behind its size; shares a member a document.
Bytes all_facts() {
  Bytes bytes{0};
  const auto take = [&](ByteView document) -> Result<void> {
    bytes.push_back(static_cast<std::uint8_t>(document.size() >> 8));
    bytes.push_back(static_cast<std::uint8_t>(document.size()));
    put_bytes(bytes, document);
    return {};
  };
  for (const RoundFact& fact : facts_of_round()) {
    if (encode_fact(fact, take, 1).has_error()) std::abort();
  }
  return bytes;
}

RoundParameters weighted_mean() {
  RoundParameters parameters = round_parameters();
  parameters.codec = {
      .kind = CodecKind::fixed_point, .clip = 8, .scale = 65536, .weight_bound = 100, .bound = 0};
  parameters.vector_length = 34;
  parameters.n_min = 40;
  parameters.n_max = 200;
  parameters.max_corrupt = 0;
  parameters.gamma_ppm = 50'000;
  parameters.ring_bits = least_ring(parameters.codec, parameters.n_max).value().bits();
  parameters.share_sum = true;
  return parameters;
}

}  // namespace

void add_documents(Seeds& seeds) {
  seeds["parameters"] = {encode_parameters(round_parameters()), encode_parameters(weighted_mean())};
  // Eight bytes of zeros change nothing; those after them change the last bytes.
  const Bytes unchanged(8, 0);
  const Bytes changed{0, 0, 0, 1, 0, 0, 0, 40, 0, 9, 0, 0, 0, 50, 200, 0};
  seeds["rosters"] = {after(0, encode_unsigned_roster(roster_content())), after(0, signed_roster()),
                      after(1, unchanged), after(1, changed)};
  seeds["records"] = {after(0, encode_record_file(signed_record())),
                      after(0, encode_record_file(signed_abort())),
                      after(1, unchanged),
                      after(1, changed),
                      after(2, unchanged),
                      after(2, changed)};
  seeds["facts"] = {all_facts(), after(1, Bytes(80, 0)), after(1, changed),
                    after(2, encode_record_proof(signed_record().proof))};
}

}  // namespace blindsum::fuzz
