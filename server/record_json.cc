#include "server/record_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "protocol/round/bitmap.h"
#include "protocol/round/graph_parameters.h"

namespace blindsum {
namespace {

namespace json = boost::json;

json::string hex(const Hash& hash) {
  return json::string(hash == Hash{} ? "" : to_hex(hash.view()));
}

json::string text(std::string_view view) {
  return json::string(view);
}

class Names {
 public:
  Names(const RecordProof& proof, const Roster& roster) : proof_(proof), roster_(roster) {}

  json::object of_roster_index(std::uint32_t index) const {
    const auto* member = roster_.find(index);
    return {{"index", index}, {"name", text(member == nullptr ? "" : member->name)}};
  }
  json::object of_cohort_index(std::uint32_t u) const {
    return of_roster_index(proof_.adverts.at(u).advert.roster_index);
  }
  json::array cohort() const {
    json::array members;
    for (std::uint32_t u = 0; u < proof_.n(); ++u) members.push_back(of_cohort_index(u));
    return members;
  }
  json::array of_bitmap(ByteView bytes) const {
    json::array members;
    const auto bitmap = Bitmap::parse(bytes, proof_.n());
    if (!bitmap) return members;  // empty: the round did not get there
    for (const auto u : bitmap->members()) members.push_back(of_cohort_index(u));
    return members;
  }

 private:
  const RecordProof& proof_;
  const Roster& roster_;
};

json::array blame_of(const RecordContent& record, const Names& names) {
  json::array entries;
  for (const auto& blame : record.blame) {
    json::object entry{{"kind", text(name_of(blame.kind))},
                       {"accused", names.of_cohort_index(blame.accused)}};
    if (blame.witness) entry["witness"] = names.of_cohort_index(*blame.witness);
    entries.push_back(std::move(entry));
  }
  return entries;
}

json::array dropped_of(const RoundReport& report, const Names& names) {
  json::array entries;
  for (const auto& dropped : report.dropped) {
    auto entry = names.of_roster_index(dropped.roster_index);
    entry["phase"] = text(dropped.phase);
    entry["reason"] = text(name_of(dropped.reason));
    entries.push_back(std::move(entry));
  }
  return entries;
}

json::value graph_of(const RoundParameters& parameters, std::uint32_t n) {
  if (n == 0) return nullptr;
  const auto input = finder_input(parameters, n);
  const auto graph = find_graph_parameters(input);
  if (!graph) return nullptr;
  return json::object{{"n", n},
                      {"c", input.c},
                      {"d", input.d},
                      {"k", graph->k},
                      {"t", graph->t},
                      {"quorum", graph->quorum},
                      {"survivors", graph->survivors},
                      {"honest_floor", graph->honest_floor}};
}

void add_result(json::object& object, const RoundReport& report) {
  json::array arrays;
  if (report.decoded) {
    const bool floats = report.decoded->is_mean();
    for (const auto& tensor : report.record.offer.parameters.schema.tensors) {
      arrays.push_back(json::object{{"name", text(tensor.name)},
                                    {"file", text(tensor.name + ".npy")},
                                    {"type", text(floats ? "float64" : "int64")}});
    }
    object["total_weight"] = report.decoded->total_weight();
  }
  object["arrays"] = std::move(arrays);
  const bool broken = report.decode_error != Reason::ok;
  object["decode_error"] = broken ? json::value(text(name_of(report.decode_error))) : nullptr;
}

}  // namespace

std::string_view name_of(BlameKind kind) {
  switch (kind) {
    case BlameKind::bad_share:
      return "bad_share";
    case BlameKind::bad_dealing:
      return "bad_dealing";
    case BlameKind::unopened_pair:
      return "unopened_pair";
    case BlameKind::unopened_dealer:
      return "unopened_dealer";
    case BlameKind::conflicting:
      return "conflicting_answer";
  }
  return "unknown";
}

json::object timings_json(const PhaseTimings& timings) {
  return {{"advertise", timings.advertise_ms},
          {"share", timings.share_ms},
          {"mask", timings.mask_ms},
          {"attest", timings.attest_ms},
          {"unmask", timings.unmask_ms}};
}

std::string record_json(const SignedRecord& record, const RoundReport& report,
                        const Roster& roster) {
  const auto& content = report.record;
  const auto& parameters = content.offer.parameters;
  const Names names(report.proof, roster);
  const auto own_hash = record_hash(record.record_bytes);
  json::object object{{"task", text(parameters.task)},
                      {"round", parameters.round},
                      {"session_id", text(to_hex(parameters.session_id.view()))},
                      {"outcome", text(content.outcome == Reason::ok ? "completed" : "aborted")},
                      {"reason", text(name_of(content.outcome))},
                      {"detail", text(content.detail)},
                      {"roster_epoch", parameters.roster_epoch},
                      {"vector_length", parameters.vector_length},
                      {"ring_bits", parameters.ring_bits},
                      {"graph", graph_of(parameters, report.proof.n())},
                      {"cohort", names.cohort()},
                      {"u2", names.of_bitmap(content.u2)},
                      {"u3", names.of_bitmap(content.u3)},
                      {"signers", names.of_bitmap(report.proof.attestations.signers)},
                      {"dropped", dropped_of(report, names)},
                      {"blame", blame_of(content, names)},
                      {"timings_ms", timings_json(content.timings)},
                      {"sum_digest", hex(content.sum_digest)},
                      {"th0", hex(content.th0)},
                      {"th1", hex(content.th1)},
                      {"th2", hex(content.th2)},
                      {"th3", hex(content.th3)},
                      {"record_hash", own_hash ? hex(*own_hash) : json::string()},
                      {"previous_record", hex(content.previous_record)}};
  add_result(object, report);
  return json::serialize(object) + "\n";
}

}  // namespace blindsum
