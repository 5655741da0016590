// Families parameters, policy, rosters.
#include <doctest/doctest.h>

#include <bit>

#include "protocol/round/policy.h"
#include "protocol/wire/documents.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {
namespace {

std::string digits_of(std::uint64_t value) {
  return std::to_string(value);
}
std::string double_hex(double value) {
  Bytes bytes;
  put_u64(bytes, std::bit_cast<std::uint64_t>(value));
  return hex(bytes);
}

RoundParameters read_parameters(const Input& input) {
  const RoundParameters read = at("parameters", decode_parameters(input.bytes("parameters")));
  at("parameters", check_parameters(read));
  return read;
}

json::object codec_fields(const CodecParameters& codec) {
  return {{"kind", static_cast<std::uint32_t>(codec.kind)},
          {"clip", double_hex(codec.clip)},
          {"scale", double_hex(codec.scale)},
          {"weight_bound", digits_of(codec.weight_bound)},
          {"bound", digits_of(codec.bound)},
          {"rotation", 0},
          {"noise", 0}};
}

json::array tensor_fields(const VectorSchema& schema) {
  json::array list;
  for (const TensorSchema& tensor : schema.tensors) {
    list.push_back(json::object{{"name", tensor.name}, {"shape", digit_list(tensor.shape)}});
  }
  return list;
}

json::object limit_fields(const PhaseLimits& limits) {
  return {{"advertise_ms", limits.advertise_ms},
          {"share_ms", limits.share_ms},
          {"mask_ms", limits.mask_ms},
          {"attest_ms", limits.attest_ms},
          {"unmask_ms", limits.unmask_ms}};
}

json::object parameter_fields(const RoundParameters& p) {
  return {{"protocol_version", p.version},
          {"suite", p.suite},
          {"session_id", hex(p.session_id.view())},
          {"task", p.task},
          {"round", digits_of(p.round)},
          {"roster_epoch", digits_of(p.roster_epoch)},
          {"roster_hash", hex(p.roster_hash.view())},
          {"n_min", p.n_min},
          {"n_max", p.n_max},
          {"max_corrupt", p.max_corrupt},
          {"gamma_ppm", p.gamma_ppm},
          {"delta_ppm", p.delta_ppm},
          {"min_survivors", p.min_survivors},
          {"sigma", p.sigma},
          {"eta", p.eta},
          {"vector_length", digits_of(p.vector_length)},
          {"ring_bits", p.ring_bits},
          {"codec", codec_fields(p.codec)},
          {"tensors", tensor_fields(p.schema)},
          {"payload_hash", hex(p.payload_hash.view())},
          {"previous_record_hash", hex(p.previous_record.view())},
          {"time_limits", limit_fields(p.limits)},
          {"aggregator_key", hex(p.aggregator_key.view())},
          {"publish_sum", p.share_sum},
          {"payload_size", digits_of(p.payload_size)}};
}

json::object run_parameters(const std::string& what, const Input& input) {
  const RoundParameters read = read_parameters(input);
  if (what == "read") {
    CHECK(decode_parameters(encode_parameters(read)).value() == read);
    return parameter_fields(read);
  }
  const FinderInput bounds = finder_input(read, input.u32("n"));
  return {{"c", bounds.c}, {"d", bounds.d}};
}

// A value of a fixed size that a policy or a history may lack.
template <class Fixed>
Fixed or_zeros(const Input& input, std::string_view name) {
  return input.bytes(name).empty() ? Fixed{} : input.fixed<Fixed>(name);
}

Policy policy_of(const Input& input) {
  const Input given = input.object("policy");
  Policy policy;
  policy.aggregator_key = or_zeros<VerifyKey>(given, "aggregator_key");
  policy.tasks = given.texts("tasks");
  policy.least_n = given.u32("least_n");
  policy.least_survivors = given.u32("least_survivors");
  policy.least_floor = given.u32("least_floor");
  policy.least_corrupt = given.u32("least_c");
  policy.least_gamma_ppm = given.u32("least_gamma_ppm");
  policy.least_sigma = given.u32("least_sigma");
  policy.trust_cohort_selection = given.flag("trust_cohort_selection");
  policy.most_elements = given.u64("greatest_length");
  policy.most_payload_bytes = given.u64("greatest_payload");
  policy.most_round_ms = given.u64("greatest_time_ms");
  policy.most_rounds_per_day = given.u32("rounds_per_day");
  return policy;
}

PolicyHistory history_of(const Input& input) {
  const Input given = input.object("history");
  PolicyHistory history;
  history.newest_epoch = given.u64("highest_epoch");
  history.newest_roster_hash = or_zeros<Hash>(given, "epoch_hash");
  history.last_round = given.u64("highest_round");
  history.rounds_last_day = given.u32("adverts_of_last_day");
  history.session_seen = given.flag("session_known");
  if (!given.bytes("previous_record").empty()) {
    history.previous_record = given.fixed<Hash>("previous_record");
  }
  return history;
}

json::object run_policy(const std::string& what, const Input& input) {
  const RoundParameters read = read_parameters(input);
  if (what == "offer") {
    const Roster roster =
        at("roster", read_roster(input.bytes("roster"), input.fixed<VerifyKey>("authority_key")));
    const Offer offer{input.bytes("parameters"), read, input.fixed<Signature>("signature")};
    at("policy",
       accept_offer(policy_of(input), history_of(input), roster, offer, input.u64("now")));
    return {};
  }
  const GraphParameters graph = at("policy", accept_cohort(policy_of(input), read, input.u32("n")));
  return {{"k", graph.k},
          {"t", graph.t},
          {"quorum", graph.quorum},
          {"survivors", graph.survivors},
          {"in_degree_cap", graph.in_degree_cap},
          {"stranded", graph.stranded},
          {"honest_floor", graph.honest_floor}};
}

json::object run_rosters(const std::string&, const Input& input) {
  const Roster roster =
      at("roster", read_roster(input.bytes("file"), input.fixed<VerifyKey>("authority_key")));
  json::array members;
  for (const RosterMember& member : roster.members()) {
    members.push_back(json::object{
        {"index", member.index}, {"name", member.name}, {"key", hex(member.key.view())}});
  }
  return {{"hash", hex(roster.hash().view())},
          {"epoch", digits_of(roster.epoch())},
          {"not_after", digits_of(roster.not_after())},
          {"authority", roster.content().authority},
          {"members", members}};
}

}  // namespace

TEST_CASE("[PARAM-1, PARAM-2, PARAM-4, PARAM-5, PARAM-6, PARAM-9] vectors of parameters") {
  run_family("parameters", run_parameters);
}
TEST_CASE("[POLICY-2, POLICY-3, POLICY-4, POLICY-6, POLICY-7, POLICY-8] vectors of policy") {
  run_family("policy", run_policy);
}
TEST_CASE("[ROSTER-1, ROSTER-2, ROSTER-3] vectors of rosters") {
  run_family("rosters", run_rosters);
}

}  // namespace blindsum::vectors
