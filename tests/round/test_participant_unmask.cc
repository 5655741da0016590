#include <algorithm>

#include "crypto/shamir.h"
#include "protocol/round/round_transcript.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

struct Attested : ScriptedRound {
  explicit Attested(ScriptSetup setup = complete_graph()) : ScriptedRound(setup) {
    advance(ParticipantPhase::attested);
  }
};

// The shares that the delivery held for the machine, by dealer.
TEST_CASE_TEMPLATE("[UNMASK-2, UNMASK-3] one share of each in-neighbour, by the kind of its fate",
                   Graph, Complete, Sparse) {
  ScriptedRound round(Graph::setup());
  round.advance(ParticipantPhase::shared);
  round.give(round.input());
  const Delivery delivery = round.delivery();
  round.give(delivery);
  round.give(UploadGrant{});
  round.give(UploadSent{});
  const Bitmap u3 = round.all_but({3});
  round.give(round.survivors(u3));
  const auto effects = round.give(round.certificate(u3));
  CHECK(effects.size() == 1);
  const auto answers = sent_in<Unmask>(effects);
  REQUIRE(answers.size() == 1);
  const Unmask& unmask = answers[0];
  CHECK(unmask.not_held.empty());
  REQUIRE(unmask.entries.size() == round.in_neighbours().size());
  for (std::size_t i = 0; i < unmask.entries.size(); ++i) {
    const UnmaskEntry& entry = unmask.entries[i];
    CHECK(entry.member == round.in_neighbours()[i]);
    CHECK(entry.kind == (entry.member == 3 ? ShareKind::mask_key : ShareKind::self_mask));
    const Share share = parse_share(entry.share.view()).value();
    const ShareItem& item = delivery.items[i].item;
    CHECK(std::ranges::equal(share_tag(share).value().view(),
                             entry.member == 3 ? item.mask_tag : item.self_tag));
  }
  CHECK(sha256(unmask_answer_bytes(unmask.entries, unmask.not_held)).value() == unmask.answer_hash);
  const std::uint32_t u = round.subject();
  CHECK(verify(round.identity(u).verify_key(),
               unmask_statement(round.th3(u3), u, unmask.answer_hash), unmask.signature)
            .has_value());
  CHECK(round.machine().phase() == ParticipantPhase::unmasked);
}

TEST_CASE("[DISK-2, UNMASK-3] unmasked is on disk before the shares leave") {
  Attested round;
  round.give(round.certificate());
  CHECK(round.store.restarted().find_round(round.session()).value()->ending == Ending::unmasked);
  for (const auto fault :
       {MemoryParticipantStore::Fault::lost, MemoryParticipantStore::Fault::torn}) {
    Attested broken;
    broken.store.fail_writes_after(0, fault);
    check_refuses(broken, broken.certificate(), Reason::store_failed);
    CHECK(broken.sent<Unmask>() == nullptr);
  }
}

TEST_CASE("[UNMASK-1, CERT-1] a quorum is enough, with or without the own signature") {
  ScriptedRound round;
  round.advance(ParticipantPhase::attested);
  CHECK(round.graph().quorum == 4);
  const Certificate certificate =
      round.certificate(round.everybody(), round.all_but({round.subject()}));
  CHECK(sent_in<Unmask>(round.give(certificate)).size() == 1);
}

TEST_CASE_TEMPLATE("[UNMASK-1, CERT-1] certificates that open nothing", Graph, Complete, Sparse) {
  Attested round(Graph::setup());
  Certificate certificate = round.certificate();
  QuorumSignatures& quorum = certificate.attestations;
  SUBCASE("another th2") {
    certificate.th2.bytes[0] ^= 1;
    check_refuses(round, certificate, Reason::transcript_mismatch);
  }
  SUBCASE("a valid one of another U3 than it signed") {
    check_refuses(round, round.certificate(round.all_but({3})), Reason::transcript_mismatch);
  }
  SUBCASE("its own U3, signatures of another") {
    quorum = round.certificate(round.all_but({3})).attestations;
    check_refuses(round, certificate, Reason::bad_signature);
  }
  SUBCASE("U3 bitmap") {
    certificate.u3.push_back(0);
    check_refuses(round, certificate, Reason::bad_bitmap);
  }
  SUBCASE("signer bitmap: padding") {
    quorum.signers.back() |= 0x80;
    check_refuses(round, certificate, Reason::bad_bitmap);
  }
  SUBCASE("signer bitmap: length") {
    quorum.signers.pop_back();
    check_refuses(round, certificate, Reason::bad_bitmap);
  }
  SUBCASE("short of a quorum by one") {
    Bitmap signers(round.n());
    for (std::uint32_t v = 0; v + 1 < round.graph().quorum; ++v) signers.add(v);
    check_refuses(round, round.certificate(round.everybody(), signers), Reason::certificate_short);
  }
  SUBCASE("a duplicate signer to make up the number") {
    Bitmap signers(round.n());
    for (std::uint32_t v = 0; v + 1 < round.graph().quorum; ++v) signers.add(v);
    certificate = round.certificate(round.everybody(), signers);
    quorum.signatures.push_back(quorum.signatures.back());
    check_refuses(round, certificate, Reason::certificate_short);
  }
  SUBCASE("one signature under two names") {
    quorum.signatures[1] = quorum.signatures[0];
    check_refuses(round, certificate, Reason::bad_signature);
  }
  SUBCASE("fewer signatures than signers") {
    quorum.signatures.pop_back();
    check_refuses(round, certificate, Reason::wrong_length);
  }
  SUBCASE("more signatures than signers") {
    quorum.signatures.push_back(quorum.signatures.back());
    check_refuses(round, certificate, Reason::wrong_length);
  }
  SUBCASE("one bad signature, the last one") {
    quorum.signatures.back().bytes[0] ^= 1;
    check_refuses(round, certificate, Reason::bad_signature);
  }
  SUBCASE("signatures of another label") {
    for (std::size_t v = 0; v < quorum.signatures.size(); ++v) {
      const auto u = static_cast<std::uint32_t>(v);
      quorum.signatures[v] = round.sign_as(u, receipt_statement(round.th3(round.everybody()), u));
    }
    check_refuses(round, certificate, Reason::bad_signature);
  }
  CHECK(round.sent<Unmask>() == nullptr);
}

TEST_CASE("[CERT-1] a signer outside U3") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  const Bitmap u3 = round.all_but({3});
  round.give(round.survivors(u3));
  check_refuses(round, round.certificate(u3, round.everybody()), Reason::bad_bitmap);
}

TEST_CASE("[UNMASK-1, VOID-2] not after a VOID that another process of the same disk has signed") {
  Attested round;
  REQUIRE(vote_void(round.store, round.identity(round.subject()),
                    round.roster_index(round.subject()), round.session())
              .has_value());
  check_refuses(round, round.certificate(), Reason::already_void);
  CHECK(round.sent<Unmask>() == nullptr);
}

TEST_CASE("[UNMASK-1] a certificate before the own attestation is dropped, and taken after it") {
  for (const auto phase : {ParticipantPhase::masking, ParticipantPhase::uploaded}) {
    ScriptedRound round;
    round.advance(phase);
    check_dropped(round, round.certificate());
    round.advance(ParticipantPhase::attested);
    CHECK(sent_in<Unmask>(round.give(round.certificate())).size() == 1);
  }
}

TEST_CASE(
    "[UNMASK-5, INPUT-3] a valid certificate without it: nothing is sent, the input is free") {
  SUBCASE("after the receipt") {
    ScriptedRound round;
    round.advance(ParticipantPhase::uploaded);
    REQUIRE(round.store.is_spent(round.input().id).value());
    check_leaves(round, round.certificate(round.all_but({round.subject()})), RoundEnd::left_out,
                 Reason::not_in_u3);
    CHECK_FALSE(round.store.restarted().is_spent(round.input().id).value());
  }
  SUBCASE("before it") {
    ScriptedRound round;
    round.advance(ParticipantPhase::masking);
    check_leaves(round, round.certificate(round.all_but({round.subject()})), RoundEnd::left_out,
                 Reason::not_in_u3);
  }
  SUBCASE("the release cannot be written") {
    ScriptedRound round;
    round.advance(ParticipantPhase::uploaded);
    round.store.fail_writes_after(0);
    const auto effects = round.give(round.certificate(round.all_but({round.subject()})));
    check_ended(effects, RoundEnd::refused, Reason::store_failed);
    CHECK(only<ParticipantRoundOver>(effects)[0].input_spent);
    CHECK(round.store.restarted().is_spent(round.input().id).value());
  }
}

TEST_CASE("[UNMASK-5, CERT-1] a false certificate releases nothing") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  const Bitmap u3 = round.all_but({round.subject()});
  Certificate certificate = round.certificate(u3);
  Reason reason{};
  SUBCASE("short") {
    certificate = round.certificate(u3, round.all_but({round.subject(), 0}));
    reason = Reason::certificate_short;
  }
  SUBCASE("another th2") {
    certificate.th2.bytes[0] ^= 1;
    reason = Reason::transcript_mismatch;
  }
  SUBCASE("too few in U3") {
    const Bitmap few = round.all_but({round.subject(), 0});
    certificate = round.certificate(few);
    reason = Reason::too_few_survivors;
  }
  SUBCASE("a signature") {
    certificate.attestations.signatures[0].bytes[0] ^= 1;
    reason = Reason::bad_signature;
  }
  check_refuses(round, certificate, reason);
  CHECK(round.store.restarted().is_spent(round.input().id).value());
}

// No honest member attests such a U3; whoever holds U2 looks all the same.
TEST_CASE("[CERT-1, UNMASK-5] a certificate whose U3 is not within U2 releases nothing") {
  ScriptedRound round;
  round.advance(ParticipantPhase::shared);
  round.give(round.input());
  round.give(round.delivery(round.all_but({4})));
  round.give(UploadGrant{});
  round.give(UploadSent{});
  const Certificate certificate = round.certificate(round.all_but({round.subject()}));
  const MemoryParticipantStore disk = round.store.restarted();
  check_refuses(round, certificate, Reason::not_in_u2);
  CHECK(round.store.is_spent(round.input().id).value());
  MemoryParticipantStore after = disk.restarted();
  const std::uint32_t own = round.roster_index(round.subject());
  CHECK(accept_certificate(after, own, round.session(), certificate).error() == Reason::not_in_u2);
}

TEST_CASE("[INPUT-3, PHASE-6] a certificate after the end still frees the input") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  const Certificate without = round.certificate(round.all_but({round.subject()}));
  round.give(ParticipantStop{});
  CHECK_FALSE(round.machine().over());
  round.give(round.certificate());  // with it: the input stays spent
  CHECK(round.store.is_spent(round.input().id).value());
  CHECK(is_silent(round.give(without)));
  CHECK_FALSE(round.store.is_spent(round.input().id).value());
}

TEST_CASE("[INPUT-3, PRIV-3] attested, and left out by a certificate of another U3") {
  Attested round;
  check_refuses(round, round.certificate(round.all_but({round.subject()})),
                Reason::transcript_mismatch);
  CHECK_FALSE(round.store.is_spent(round.input().id).value());
}

TEST_CASE("[INPUT-3, DISK-3] a restarted participant frees its input by a certificate") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  MemoryParticipantStore disk = round.store.restarted();
  const std::uint32_t own = round.roster_index(round.subject());
  const SessionId& id = round.session();
  const Bitmap without = round.all_but({round.subject()});
  SUBCASE("it leaves it out") {
    CHECK(accept_certificate(disk, own, id, round.certificate(without)).value() ==
          Inclusion::left_out);
    CHECK_FALSE(disk.is_spent(round.input().id).value());
  }
  SUBCASE("it does not") {
    CHECK(accept_certificate(disk, own, id, round.certificate()).value() == Inclusion::in_u3);
    CHECK(disk.is_spent(round.input().id).value());
  }
  SUBCASE("it is false") {
    Certificate certificate = round.certificate(without);
    certificate.attestations.signatures[2].bytes[0] ^= 1;
    CHECK(accept_certificate(disk, own, id, certificate).error() == Reason::bad_signature);
    CHECK(disk.is_spent(round.input().id).value());
  }
  SUBCASE("of a round that it does not know, or spent nothing in") {
    CHECK(accept_certificate(disk, own, SessionId{}, round.certificate(without)).error() ==
          Reason::unknown_round);
    ScriptedRound early;
    early.advance(ParticipantPhase::masking);
    CHECK(accept_certificate(early.store, own, id, early.certificate(without)).error() ==
          Reason::unknown_round);
  }
  SUBCASE("as another member") {
    CHECK(accept_certificate(disk, own + 1, id, round.certificate(without)).error() ==
          Reason::not_in_cohort);
  }
  SUBCASE("the disk fails") {
    disk.fail_writes_after(0);
    CHECK(accept_certificate(disk, own, id, round.certificate(without)).error() ==
          Reason::store_failed);
    disk.fail_reads();
    CHECK(accept_certificate(disk, own, id, round.certificate(without)).error() ==
          Reason::store_failed);
  }
}

}  // namespace
}  // namespace blindsum
