#include <algorithm>

#include "protocol/round/round_transcript.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

// A round whose machine waits for its delivery.
struct Shared : ScriptedRound {
  explicit Shared(ScriptSetup setup = complete_graph()) : ScriptedRound(setup) {
    advance(ParticipantPhase::shared);
  }
};

TEST_CASE("[UPLOAD-1] a good delivery is silent: the machine waits for input and grant") {
  for (const ScriptSetup& setup : {complete_graph(), sparse_graph()}) {
    Shared round(setup);
    CHECK(round.give(round.delivery()).empty());
    CHECK(round.machine().phase() == ParticipantPhase::masking);
  }
}

TEST_CASE_TEMPLATE("[BITMAP-1, U2-3] the U2 bitmap", Graph, Complete, Sparse) {
  SUBCASE("a padding bit") {
    Shared round(Graph::setup());
    Delivery delivery = round.delivery();
    delivery.u2.back() |= 0x80;
    check_refuses(round, delivery, Reason::bad_bitmap);
  }
  SUBCASE("a byte too long") {
    Shared round(Graph::setup());
    Delivery delivery = round.delivery();
    delivery.u2.push_back(0);
    check_refuses(round, delivery, Reason::bad_bitmap);
  }
  SUBCASE("empty") {
    Shared round(Graph::setup());
    Delivery delivery = round.delivery();
    delivery.u2.clear();
    check_refuses(round, delivery, Reason::bad_bitmap);
  }
}

TEST_CASE("[U2-3] fewer in U2 than a sum needs") {
  Shared round;
  CHECK(round.graph().survivors == 4);
  check_refuses(round, round.delivery(round.all_but({3, 4})), Reason::too_few_survivors);
  Shared enough;
  CHECK(enough.give(enough.delivery(enough.all_but({4}))).empty());
}

TEST_CASE("[U2-3, ONCE-4] who is not in U2 leaves without a word") {
  Shared round;
  check_leaves(round, round.delivery(round.all_but({round.subject()})), RoundEnd::left_out,
               Reason::not_in_u2);
}

// The sparse graph: t of the own picks must be left, and one fewer are too few.
TEST_CASE("[U2-4] fewer than t own picks in U2") {
  for (const bool enough : {true, false}) {
    CAPTURE(enough);
    Shared round(sparse_graph());
    Bitmap u2(round.n());
    const std::vector<std::uint32_t> picks = round.picks();
    const std::uint32_t kept = round.graph().t - (enough ? 0 : 1);
    for (std::uint32_t v = 0; v < round.n(); ++v) {
      const auto pick = std::ranges::find(picks, v);
      if (pick == picks.end() || pick - picks.begin() < kept) u2.add(v);
    }
    REQUIRE(u2.count() >= round.graph().survivors);
    if (enough) {
      CHECK(round.give(round.delivery(u2)).empty());
    } else {
      check_refuses(round, round.delivery(u2), Reason::too_few_picks);
    }
  }
}

TEST_CASE("[U2-5] inbound items: order and membership") {
  SUBCASE("out of order") {
    Shared round(sparse_graph());
    Delivery delivery = round.delivery();
    std::swap(delivery.items[0], delivery.items[1]);
    check_refuses(round, delivery, Reason::bad_order);
  }
  SUBCASE("one dealer twice") {
    Shared round(sparse_graph());
    Delivery delivery = round.delivery();
    delivery.items.insert(delivery.items.begin(), delivery.items[0]);
    check_refuses(round, delivery, Reason::bad_order);
  }
  SUBCASE("a dealer outside U2") {
    Shared round(sparse_graph());
    Delivery delivery = round.delivery(round.all_but({0}));
    delivery.items.insert(delivery.items.begin(), round.item_from(0));
    check_refuses(round, delivery, Reason::not_in_u2);
  }
  SUBCASE("a dealer outside the cohort") {
    Shared round(sparse_graph());
    Delivery delivery = round.delivery();
    delivery.items.push_back(delivery.items.back());
    delivery.items.back().from = round.n();
    check_refuses(round, delivery, Reason::not_in_u2);
  }
  SUBCASE("itself") {
    Shared round(sparse_graph());
    Delivery delivery = round.delivery();
    InboundItem own{.from = round.subject(), .item = round.sent<Shares>()->items[0], .path = {}};
    delivery.items.insert(std::ranges::find_if(delivery.items,
                                               [&](const InboundItem& inbound) {
                                                 return inbound.from > round.subject();
                                               }),
                          own);
    check_refuses(round, delivery, Reason::not_in_u2);
  }
}

TEST_CASE_TEMPLATE("[U2-5, U2-8] inbound items: addressee and point", Graph, Complete, Sparse) {
  Shared round(Graph::setup());
  Delivery delivery = round.delivery();
  InboundItem& inbound = delivery.items[2];
  SUBCASE("for another member") {
    inbound.item.to = round.subject() + 1;
    round.sign_item(delivery, 2);
    check_refuses(round, delivery, Reason::wrong_item);
  }
  SUBCASE("point 0") {
    inbound.item.point = 0;
    round.sign_item(delivery, 2);
    check_refuses(round, delivery, Reason::wrong_item);
  }
  SUBCASE("point above k") {
    inbound.item.point = round.graph().k + 1;
    round.sign_item(delivery, 2);
    check_refuses(round, delivery, Reason::wrong_item);
  }
}

TEST_CASE("[U2-8] complete graph: every item, at the point that the indices say") {
  SUBCASE("one withheld, with its proof or without") {
    for (const bool proof : {true, false}) {
      Shared round;
      Delivery delivery = round.delivery();
      delivery.items.erase(delivery.items.begin());
      if (!proof) delivery.proofs.erase(delivery.proofs.begin());
      check_refuses(round, delivery, Reason::missing_item);
    }
  }
  SUBCASE("another point of 1..k") {
    Shared round;
    Delivery delivery = round.delivery();
    InboundItem& inbound = delivery.items[3];
    inbound.item.point = inbound.item.point % round.graph().k + 1;
    round.sign_item(delivery, 3);
    check_refuses(round, delivery, Reason::wrong_item);
  }
  SUBCASE("on the sparse graph an item may be withheld, and any point may be") {
    Shared round(sparse_graph());
    Delivery delivery = round.delivery();
    // Of a dealer that is no pick, so that its proof goes, too.
    const auto picks = round.picks();
    const auto dealer = std::ranges::find_if(delivery.items, [&](const InboundItem& inbound) {
      return std::ranges::find(picks, inbound.from) == picks.end();
    });
    std::erase_if(delivery.proofs,
                  [&](const SharesProof& proof) { return proof.member == dealer->from; });
    delivery.items.erase(dealer);
    delivery.items[0].item.point = delivery.items[0].item.point % round.graph().k + 1;
    round.sign_item(delivery, 0);
    CHECK(round.give(delivery).empty());
  }
}

TEST_CASE_TEMPLATE("[U2-6, PRIV-2] a proof of every neighbour and of no other: no ghosts", Graph,
                   Complete, Sparse) {
  Shared round(Graph::setup());
  Delivery delivery = round.delivery();
  SUBCASE("one missing, each in turn") {
    for (std::size_t i = 0; i < delivery.proofs.size(); i += 3) {
      Shared other(Graph::setup());
      Delivery bad = other.delivery();
      bad.proofs.erase(bad.proofs.begin() + static_cast<std::ptrdiff_t>(i));
      check_refuses(other, bad, Reason::missing_proof);
    }
  }
  SUBCASE("order") {
    std::swap(delivery.proofs[0], delivery.proofs[1]);
    check_refuses(round, delivery, Reason::bad_order);
  }
  SUBCASE("twice") {
    delivery.proofs.push_back(delivery.proofs.back());
    check_refuses(round, delivery, Reason::bad_order);
  }
  SUBCASE("of a member outside the cohort") {
    delivery.proofs.push_back(delivery.proofs.back());
    delivery.proofs.back().member = round.n();
    check_refuses(round, delivery, Reason::unexpected_proof);
  }
  SUBCASE("signature") {
    delivery.proofs[1].signature.bytes[0] ^= 1;
    check_refuses(round, delivery, Reason::bad_signature);
  }
  SUBCASE("root") {
    delivery.proofs[1].root.bytes[0] ^= 1;
    check_refuses(round, delivery, Reason::bad_signature);
  }
  SUBCASE("a ghost: signed under another th1") {
    SharesProof& proof = delivery.proofs[1];
    proof.signature =
        round.sign_as(proof.member, shares_statement(round.th0(), proof.member, proof.root));
    check_refuses(round, delivery, Reason::bad_signature);
  }
}

TEST_CASE("[U2-6] sparse graph: a proof of somebody who is no neighbour") {
  Shared round(sparse_graph());
  Delivery delivery = round.delivery();
  std::uint32_t stranger = 0;
  const auto is_stranger = [&](const SharesProof& proof) { return proof.member == stranger; };
  while (stranger == round.subject() || std::ranges::any_of(delivery.proofs, is_stranger)) {
    ++stranger;
  }
  delivery.proofs.push_back(round.proof_of(stranger));
  std::ranges::sort(delivery.proofs, {}, &SharesProof::member);
  check_refuses(round, delivery, Reason::unexpected_proof);
}

TEST_CASE("[U2-7] picked by more than the cap") {
  for (const bool flood : {false, true}) {
    CAPTURE(flood);
    ScriptSetup setup = sparse_graph();
    setup.in_degree = 75 + (flood ? 1 : 0);
    Shared round(setup);
    REQUIRE(round.graph().in_degree_cap == 75);
    if (flood) {
      check_refuses(round, round.delivery(), Reason::in_degree_exceeded);
    } else {
      CHECK(round.give(round.delivery()).empty());
    }
  }
}

}  // namespace
}  // namespace blindsum
