// Family rounds.
#include <doctest/doctest.h>

#include <stdexcept>

#include "protocol/round/graph_parameters.h"
#include "tests/vectors/round_play.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {
namespace {

struct FrameName {
  const char* field;  // in the vector
  const char* name;   // in Appendix B
  bool is_common;     // to all alike
};
constexpr FrameName kFrames[] = {
    {"offer", "Offer", true},
    {"adverts", "Advert", false},
    {"cohort", "Cohort", true},
    {"shares", "Shares", false},
    {"deliveries", "Delivery", false},
    {"uploads", "UploadChunk", false},
    {"receipts", "Receipt", false},
    {"attest_requests", "AttestRequest", false},
    {"attestations", "Attestation", false},
    {"unmask_request", "UnmaskRequest", true},
    {"unmasks", "Unmask", false},
    {"result", "RoundResult", true},
};

json::value frames_of(const std::map<std::uint32_t, Bytes>& frames, bool is_common) {
  if (is_common) {
    for (const auto& [u, frame] : frames) CHECK(frame == frames.begin()->second);
    return json::value(hex(frames.begin()->second));
  }
  json::array list;
  for (const auto& [u, frame] : frames) {
    list.push_back(json::object{{"member", u}, {"frame", hex(frame)}});
  }
  return list;
}

json::object graph_of(const RoundScript& script) {
  const auto n = static_cast<std::uint32_t>(script.members.size());
  const GraphParameters graph =
      find_graph_parameters(finder_input(script.offer.parameters, n)).value();
  return {{"k", graph.k},
          {"t", graph.t},
          {"quorum", graph.quorum},
          {"survivors", graph.survivors},
          {"in_degree_cap", graph.in_degree_cap},
          {"stranded", graph.stranded},
          {"honest_floor", graph.honest_floor}};
}

json::object whole_round(const Input& input) {
  RoundPlay play(script_of(input));
  play.play();
  REQUIRE(play.record().has_value());
  const RecordContent& record = *play.record();
  CHECK(record.outcome == Reason::ok);
  json::object frames;
  for (const FrameName& kind : kFrames) {
    REQUIRE(play.frames().contains(kind.name));
    frames[kind.field] = frames_of(play.frames().at(kind.name), kind.is_common);
  }
  return {{"graph", graph_of(play.script())},
          {"th0", hex(record.th0.view())},
          {"th1", hex(record.th1.view())},
          {"th2", hex(record.th2.view())},
          {"th3", hex(record.th3.view())},
          {"frames", frames},
          {"sum", hex(play.sum())}};
}

const json::value& rounds_file() {
  static const json::value file = load("rounds.json");
  return file;
}

RoundScript script_named(const std::string& name) {
  for (const json::value& entry : rounds_file().at("cases").as_array()) {
    if (entry.at("name").as_string() == name) {
      return script_of(Input(entry.at("input").as_object()));
    }
  }
  throw std::runtime_error("there is no round " + name);
}

json::object run_rounds(const std::string& what, const Input& input) {
  if (what == "round") return whole_round(input);
  const bool to_member = input.text("to") == "member";
  RoundPlay play(
      script_named(input.text("round")),
      Replacement{to_member, input.u32("member"), input.text("replaces"), input.bytes("frame")});
  play.play();
  if (play.refusal()) refuse(to_member ? "participant" : "aggregator", *play.refusal());
  return {};
}

}  // namespace

TEST_CASE("[SHARE-1, SHARE-8, U2-5, U2-6, ATTEST-2, CERT-1, UNMASK-4] vectors of rounds") {
  run_family("rounds", run_rounds);
}

}  // namespace blindsum::vectors
