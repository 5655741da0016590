// An inbound item is one that its dealer signed: its path leads to the root in the dealer's proof.
#include <algorithm>
#include <bit>

#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

// A round whose machine waits for its delivery.
struct Undelivered : ScriptedRound {
  explicit Undelivered(ScriptSetup setup) : ScriptedRound(setup) {
    advance(ParticipantPhase::shared);
  }
  // Where an item leads that was dealt under another th1, by another member, in another tree.
  Hash root_of(const Hash& dealt_under, const InboundItem& inbound, std::uint32_t k) const {
    auto hasher = TranscriptHasher::create().value();
    return root_above(dealt_under, inbound, k, hasher).value();
  }
};

SharesProof& proof_of(Delivery& delivery, std::uint32_t member) {
  const auto found = std::ranges::find(delivery.proofs, member, &SharesProof::member);
  REQUIRE(found != delivery.proofs.end());
  return *found;
}

TEST_CASE_TEMPLATE("[U2-5, TREE-2] paths of another length than point and k say", Graph, Complete,
                   Sparse) {
  Undelivered round(Graph::setup());
  Delivery delivery = round.delivery();
  InboundItem& inbound = delivery.items[2];
  SUBCASE("a path too long") {
    inbound.path.emplace_back();
    check_refuses(round, delivery, Reason::wrong_length);
  }
  SUBCASE("a path too short, to a node that its dealer signed as a root") {
    inbound.path.pop_back();
    const std::uint32_t half = std::bit_ceil(round.graph().k) / 2;
    REQUIRE(inbound.item.point <= half);
    const Hash node = round.root_of(round.th1(), inbound, half);
    proof_of(delivery, inbound.from) = round.proof_of(inbound.from, node);
    check_refuses(round, delivery, Reason::wrong_length);
  }
  SUBCASE("no path") {
    inbound.path.clear();
    check_refuses(round, delivery, Reason::wrong_length);
  }
}

TEST_CASE_TEMPLATE("[U2-6, TREE-2] what a path leads to is what the dealer signed", Graph, Complete,
                   Sparse) {
  Undelivered round(Graph::setup());
  Delivery delivery = round.delivery();
  InboundItem& inbound = delivery.items[2];
  SharesProof& proof = proof_of(delivery, inbound.from);
  SUBCASE("another hash on the path, each in turn") {
    for (std::size_t i = 0; i < inbound.path.size(); ++i) {
      Undelivered other(Graph::setup());
      Delivery bad = other.delivery();
      bad.items[2].path[i].bytes[31] ^= 1;
      check_refuses(other, bad, Reason::bad_signature);
    }
  }
  SUBCASE("two hashes of the path swapped") {
    std::swap(inbound.path[0], inbound.path[1]);
    check_refuses(round, delivery, Reason::bad_signature);
  }
  SUBCASE("the paths of two items swapped") {
    REQUIRE(inbound.path.size() == delivery.items[1].path.size());
    std::swap(inbound.path, delivery.items[1].path);
    check_refuses(round, delivery, Reason::bad_signature);
  }
  SUBCASE("two items swapped, but for their points") {
    std::swap(inbound.item, delivery.items[1].item);
    std::swap(inbound.item.point, delivery.items[1].item.point);
    check_refuses(round, delivery, Reason::bad_signature);
  }
  SUBCASE("box changed on the way") {
    inbound.item.box[0] ^= 1;
    check_refuses(round, delivery, Reason::bad_signature);
  }
  SUBCASE("tag changed on the way") {
    inbound.item.self_tag[0] ^= 1;
    check_refuses(round, delivery, Reason::bad_signature);
  }
  SUBCASE("signed by another member") {
    proof.signature = round.sign_as(0, shares_statement(round.th1(), proof.member, proof.root));
    check_refuses(round, delivery, Reason::bad_signature);
  }
  SUBCASE("dealt under another th1") {
    const Hash root = round.root_of(round.th0(), inbound, round.graph().k);
    proof = round.proof_of(inbound.from, root);
    check_refuses(round, delivery, Reason::bad_signature);
  }
  SUBCASE("dealt by another member") {
    InboundItem of_another = inbound;
    of_another.from = delivery.items[1].from;
    const Hash root = round.root_of(round.th1(), of_another, round.graph().k);
    proof = round.proof_of(inbound.from, root);
    check_refuses(round, delivery, Reason::bad_signature);
  }
}

}  // namespace
}  // namespace blindsum
