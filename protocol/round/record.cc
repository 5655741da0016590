#include "protocol/round/record.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "crypto/sign.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/round_transcript.h"

namespace blindsum {
namespace {

// How far the round got, by what the record has of it.
struct Reached {
  bool cohort, u2, u3, certificate;
};

bool is_zero(const Hash& hash) {
  return hash == Hash{};
}

// [RECORD-6] Every phase as a whole or not at all, and none without the one before.
Result<Reached> how_far(const RecordContent& content) {
  const Reached reached{.cohort = !is_zero(content.th1),
                        .u2 = !content.u2.empty(),
                        .u3 = !content.u3.empty(),
                        .certificate = content.certified};
  const bool in_turn = (reached.cohort || !reached.u2) && (reached.u2 || !reached.u3) &&
                       (reached.u3 || !reached.certificate);
  const bool whole = reached.u2 != is_zero(content.th2) && reached.u3 != is_zero(content.th3);
  const bool completed = content.outcome == Reason::ok;
  const bool ended =
      (!completed || reached.certificate) && completed != is_zero(content.sum_digest);
  if (!in_turn || !whole || !ended) return Reason::record_mismatch;
  return reached;
}

// [RECORD-8] What the record asks for, and no more.
Result<void> check_extent(const RecordProof& proof, const Reached& reached) {
  const bool has_adverts = !proof.adverts.empty();
  const bool has_certificate = proof.attestations != QuorumSignatures{};
  if ((reached.cohort && !has_adverts) || (reached.certificate && !has_certificate)) {
    return Reason::missing_proof;
  }
  if (has_adverts != reached.cohort || has_certificate != reached.certificate) {
    return Reason::record_mismatch;
  }
  return {};
}

Result<void> check_offer(const RecordContent& content, const Roster& roster,
                         const VerifyKey& aggregator_key) {
  const RoundParameters& parameters = content.offer.parameters;
  if (parameters.aggregator_key != aggregator_key) return Reason::wrong_aggregator;
  BLINDSUM_CHECK(verify_offer(content.offer));
  if (parameters.roster_epoch != roster.epoch() || parameters.roster_hash != roster.hash()) {
    return Reason::roster_mismatch;
  }
  if (content.previous_record != parameters.previous_record) return Reason::record_mismatch;
  BLINDSUM_TRY(th0, hash_th0(content.offer.parameter_bytes));
  if (th0 != content.th0) return Reason::record_mismatch;
  return {};
}

// The identity keys by cohort index, after the checks that each member made [SHARE-1, SHARE-2].
Result<std::vector<VerifyKey>> check_cohort(const SignedRecord& record, const Roster& roster,
                                            const OwnTranscript& own) {
  const RecordContent& content = record.content;
  const std::vector<SignedAdvert>& adverts = record.proof.adverts;
  const RoundParameters& parameters = content.offer.parameters;
  if (adverts.size() < parameters.n_min) return Reason::cohort_too_small;
  if (adverts.size() > parameters.n_max) return Reason::cohort_too_large;
  const bool is_verified =
      own.adverts != nullptr && own.th0 == content.th0 && *own.adverts == adverts;
  std::vector<VerifyKey> keys;
  std::optional<std::uint32_t> last;
  for (const SignedAdvert& signed_advert : adverts) {
    const std::uint32_t index = signed_advert.advert.roster_index;
    if (last && *last >= index) return Reason::bad_order;
    last = index;
    const RosterMember* const member = roster.find(index);
    if (member == nullptr) return Reason::unknown_member;
    if (!is_verified) {
      BLINDSUM_CHECK(verify(member->key, advert_statement(content.th0, signed_advert.advert),
                            signed_advert.signature));
    }
    keys.push_back(member->key);
  }
  BLINDSUM_TRY(th1, hash_th1(content.th0, adverts));
  if (th1 != content.th1) return Reason::record_mismatch;
  return keys;
}

// A bitmap of at least `survivors` members, and the transcript hash that it leads to.
Result<Bitmap> check_set(ByteView bytes, std::uint32_t n, std::uint32_t survivors) {
  BLINDSUM_TRY(members, Bitmap::parse(bytes, n));
  if (members.count() < survivors) return Reason::too_few_survivors;
  return members;
}

Result<void> check_agreement(const SignedRecord& record, const Reached& reached,
                             const std::vector<VerifyKey>& keys, const OwnTranscript& own) {
  const RecordContent& content = record.content;
  const QuorumSignatures& attestations = record.proof.attestations;
  const auto n = static_cast<std::uint32_t>(keys.size());
  const Result<GraphParameters> graph =
      find_graph_parameters(finder_input(content.offer.parameters, n));
  if (graph.has_error()) return Reason::infeasible_parameters;
  if (!reached.u2) return {};
  BLINDSUM_TRY(u2, check_set(content.u2, n, graph->survivors));
  BLINDSUM_TRY(th2, hash_th2(content.th1, u2));
  if (th2 != content.th2) return Reason::record_mismatch;
  if (!reached.u3) return {};
  BLINDSUM_TRY(u3, check_set(content.u3, n, graph->survivors));
  if (!u3.subset_of(u2)) return Reason::not_in_u2;
  BLINDSUM_TRY(th3, hash_th3(content.th2, u3));
  if (th3 != content.th3) return Reason::record_mismatch;
  if (!reached.certificate) return {};
  const bool is_verified =
      own.attestations != nullptr && own.th3 == content.th3 && *own.attestations == attestations;
  if (is_verified) return {};
  BLINDSUM_CHECK(verify_quorum(attestations, u3, graph->quorum, keys, content.th3,
                               attest_statement));  // [CERT-1]
  return {};
}

// Members that are named exist, and in the order that the layout fixes.
Result<void> check_blame(const RecordContent& content, std::uint32_t n) {
  for (const Blame& blame : content.blame) {
    if (blame.accused >= n || blame.witness.value_or(0) >= n) return Reason::record_mismatch;
  }
  const auto descends = [](const Blame& a, const Blame& b) {
    return std::tuple(a.kind, a.accused, a.witness) > std::tuple(b.kind, b.accused, b.witness);
  };
  if (std::adjacent_find(content.blame.begin(), content.blame.end(), descends) !=
      content.blame.end()) {
    return Reason::bad_order;
  }
  return {};
}

// [RECORD-3]
Result<void> check_record(const SignedRecord& record, const Roster& roster,
                          const VerifyKey& aggregator_key, const OwnTranscript& own) {
  const RecordContent& content = record.content;
  BLINDSUM_CHECK(verify_record_signature(record.record_bytes, record.signature, aggregator_key));
  BLINDSUM_CHECK(check_offer(content, roster, aggregator_key));
  BLINDSUM_TRY(reached, how_far(content));
  BLINDSUM_CHECK(check_extent(record.proof, reached));
  BLINDSUM_CHECK(check_blame(content, record.proof.n()));
  if (!reached.cohort) return {};
  BLINDSUM_TRY(keys, check_cohort(record, roster, own));
  return check_agreement(record, reached, keys, own);
}

bool contradicts(const std::optional<Hash>& own, const Hash& recorded) {
  return own && *own != recorded;
}

// [RECORD-5] Who unmasked has seen a certificate.
bool contradicts(const OwnTranscript& own, const RecordContent& content) {
  return contradicts(own.th0, content.th0) || contradicts(own.th1, content.th1) ||
         contradicts(own.th2, content.th2) || contradicts(own.th3, content.th3) ||
         (own.attestations != nullptr && !content.certified);
}

}  // namespace

Result<void> verify_record(const SignedRecord& record, const Roster& roster,
                           const VerifyKey& aggregator_key, const OwnTranscript& own) {
  const Result<void> good = check_record(record, roster, aggregator_key, own);
  if (good.has_error()) return reason_of(good.error());
  if (contradicts(own, record.content)) return Reason::record_mismatch;
  return {};
}

Result<void> verify_record_signature(ByteView record_bytes, const Signature& signature,
                                     const VerifyKey& aggregator_key) {
  return verify(aggregator_key, record_statement(record_bytes), signature);
}

Result<Hash> record_hash(ByteView record_bytes) {
  return hash_of(record_statement(record_bytes));
}

}  // namespace blindsum
