#include "tests/fuzz/documents.h"

#include <string>
#include <utility>
#include <vector>

#include "protocol/wire/documents.h"
#include "tests/support/hand_member.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum::fuzz {
namespace {

constexpr std::uint32_t kMembers = 5;

std::uint32_t roster_index(std::uint32_t u) {
  return 10 * (u + 1);
}

std::vector<HandMember> members_of(const Offer& offer, RecordProof& proof) {
  std::vector<HandMember> members;
  for (std::uint32_t u = 0; u < kMembers; ++u) {
    members.emplace_back(roster_index(u), seeded_key(u), 100 + u);
    proof.adverts.push_back(members.back().advert(offer));
  }
  return members;
}

RecordContent content_of_round(RecordProof& proof) {
  RecordContent content;
  content.offer = sign_offer(round_parameters(), aggregator()).value();
  const auto members = members_of(content.offer, proof);
  Bitmap all(kMembers);
  for (std::uint32_t u = 0; u < kMembers; ++u) all.add(u);
  content.th0 = hash_th0(content.offer.parameter_bytes).value();
  content.th1 = hash_th1(content.th0, proof.adverts).value();
  content.th2 = hash_th2(content.th1, all).value();
  content.th3 = hash_th3(content.th2, all).value();
  content.u2.assign(all.bytes().begin(), all.bytes().end());
  content.u3 = content.u2;
  content.certified = true;
  proof.attestations.signers = content.u2;
  for (std::uint32_t u = 0; u < kMembers; ++u) {
    proof.attestations.signatures.push_back(
        members[u].identity().sign(attest_statement(content.th3, u)).value());
  }
  content.outcome = Reason::ok;
  content.blame.push_back({BlameKind::conflicting, 1, std::nullopt, Bytes(12, 0x33)});
  content.timings = {
      .advertise_ms = 10, .share_ms = 20, .mask_ms = 30, .attest_ms = 40, .unmask_ms = 50};
  content.sum_digest.bytes.fill(0x44);
  content.previous_record = content.offer.parameters.previous_record;
  return content;
}

RecordContent content_of_abort() {
  RecordContent content;
  content.offer = sign_offer(round_parameters(), aggregator()).value();
  content.th0 = hash_th0(content.offer.parameter_bytes).value();
  content.outcome = Reason::too_few_members;
  content.detail = "3 of 4";
  content.previous_record = content.offer.parameters.previous_record;
  return content;
}

}  // namespace

const SigningKey& authority() {
  static const SigningKey key = seeded_key(2'000'000);
  return key;
}

const SigningKey& aggregator() {
  static const SigningKey key = seeded_key(1'000'000);
  return key;
}

RosterContent roster_content() {
  RosterContent content{.epoch = 4, .members = {}, .not_after = 0, .authority = "authority"};
  for (std::uint32_t u = 0; u < kMembers; ++u) {
    content.members.push_back(
        {roster_index(u), "member " + std::to_string(u), seeded_key(u).verify_key()});
  }
  return content;
}

Bytes signed_roster() {
  return sign_roster(roster_content(), authority()).value();
}

const Roster& roster() {
  static const Roster read = read_roster(signed_roster(), authority().verify_key()).value();
  return read;
}

RoundParameters round_parameters() {
  RoundParameters parameters;
  parameters.version = kProtocolVersion;
  parameters.suite = kSuite;
  parameters.session_id.bytes.fill(7);
  parameters.task = "test";
  parameters.round = 3;
  parameters.roster_epoch = roster().epoch();
  parameters.roster_hash = roster().hash();
  parameters.n_min = 4;
  parameters.n_max = 8;
  parameters.max_corrupt = 1;
  parameters.delta_ppm = 200'000;
  parameters.sigma = 64;
  parameters.eta = 30;
  parameters.schema.tensors = {{"values", {33}}};
  parameters.vector_length = 33;
  parameters.ring_bits = 20;
  parameters.codec = {.kind = CodecKind::integer, .bound = 1'000};
  parameters.previous_record.bytes.fill(9);
  parameters.limits = {10'000, 20'000, 60'000, 15'000, 25'000};
  parameters.aggregator_key = aggregator().verify_key();
  return parameters;
}

SignedRecord signed_record() {
  RecordProof proof;
  const RecordContent content = content_of_round(proof);
  return sign_record(content, std::move(proof), aggregator()).value();
}

std::vector<RoundFact> facts_of_round() {
  const SignedRecord record = signed_record();
  const Bitmap all = Bitmap::parse(record.content.u2, kMembers).value();
  OfferedFact offered{record.content.offer, {}};
  SharesFact shares{all, {}};
  for (std::uint32_t from = 0; from < kMembers; ++from) {
    offered.roster_indices.push_back(roster_index(from));
    Shares& of_one = shares.shares.emplace_back();
    for (std::uint32_t to = 0; to < kMembers; ++to) {
      if (to == from) continue;
      of_one.items.push_back(
          {.to = to, .point = static_cast<std::uint32_t>(of_one.items.size() + 1)});
    }
  }
  std::vector<RoundFact> facts{offered, CohortFact{record.proof.adverts}, shares};
  for (std::uint32_t u = 0; u < kMembers; ++u) facts.emplace_back(AddedFact{u, {}});
  facts.emplace_back(SurvivorsFact{all});
  facts.emplace_back(
      CertificateFact{{record.content.th2, record.content.u3, record.proof.attestations}});
  facts.emplace_back(EndedFact{Reason::ok, record.content});
  return facts;
}

SignedRecord signed_abort() {
  return sign_record(content_of_abort(), {}, aggregator()).value();
}

}  // namespace blindsum::fuzz
