#include "tests/vectors/round_script.h"

#include <algorithm>
#include <numeric>

#include "protocol/round/round_transcript.h"
#include "protocol/wire/documents.h"

namespace blindsum::vectors {
namespace {

SigningKey key_of_seed(const Bytes& seed) {
  return SigningKey::from_seed(Seed::from(seed).value()).value();
}

// A scalar comes from 64 bytes, reduced.
void put_scalar_draw(Bytes& draws, ByteView scalar) {
  put_bytes(draws, scalar);
  draws.resize(draws.size() + 64 - scalar.size());
}

// The picks as the machine draws them: it exchanges the i-th of the others with one that is drawn
// among those behind it. None are drawn for a complete graph.
void put_pick_draws(Bytes& draws, std::uint32_t n, std::uint32_t u,
                    const std::vector<std::uint32_t>& picks) {
  if (picks.size() >= n - 1) return;
  std::vector<std::uint32_t> others(n);
  std::iota(others.begin(), others.end(), 0u);
  others.erase(others.begin() + u);
  for (std::size_t i = 0; i < picks.size(); ++i) {
    const auto place = std::find(others.begin(), others.end(), picks[i]) - others.begin();
    const auto offset = static_cast<std::size_t>(place) - i;
    put_u32(draws, static_cast<std::uint32_t>(offset));
    std::swap(others[i], others[i + offset]);
  }
}

ScriptedMember member_of(const Input& input, std::uint32_t n, std::uint32_t u) {
  Bytes draws;
  for (const char* name : {"s", "c", "b"}) put_scalar_draw(draws, input.bytes(name));
  put_pick_draws(draws, n, u, input.numbers("picks"));
  for (const char* name : {"polynomial_s", "polynomial_b"}) {
    for (const Bytes& coefficient : input.byte_strings(name)) put_scalar_draw(draws, coefficient);
  }
  return {input.u32("roster_index"), key_of_seed(input.bytes("seed")), std::move(draws),
          input.wide_numbers("elements"), input.fixed<InputId>("input_id")};
}

std::set<std::uint32_t> set_of(const std::vector<std::uint32_t>& numbers) {
  return {numbers.begin(), numbers.end()};
}

}  // namespace

RingVector RoundScript::elements_of(std::uint32_t u) const {
  RingVector vector(Ring::of_bits(offer.parameters.ring_bits).value(),
                    offer.parameters.vector_length);
  const auto& elements = members[u].elements;
  for (std::size_t i = 0; i < elements.size(); ++i) vector.set(i, elements[i]);
  return vector;
}

RoundScript script_of(const Input& input) {
  const Bytes bytes = input.bytes("parameters");
  SigningKey aggregator = key_of_seed(input.bytes("aggregator_seed"));
  const Signature signature = aggregator.sign(offer_statement(bytes)).value();
  Offer offer{bytes, decode_parameters(bytes).value(), signature};
  Policy policy;
  policy.aggregator_key = aggregator.verify_key();
  policy.tasks = {offer.parameters.task};
  policy.least_sigma = input.u32("least_sigma");
  RoundScript script{
      read_roster(input.bytes("roster"), input.fixed<VerifyKey>("authority_key")).value(),
      std::move(aggregator),
      std::move(offer),
      std::move(policy),
      input.u64("now"),
      {},
      set_of(input.numbers("shares_from")),
      set_of(input.numbers("masks_from"))};
  const auto members = input.objects("members");
  const auto n = static_cast<std::uint32_t>(members.size());
  for (std::uint32_t u = 0; u < n; ++u) script.members.push_back(member_of(members[u], n, u));
  return script;
}

}  // namespace blindsum::vectors
