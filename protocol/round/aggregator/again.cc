#include "protocol/round/aggregator/again.h"

#include "protocol/round/round_transcript.h"

namespace blindsum::detail::aggregator {
namespace {

Result<SignedText> unmask_text(const FixedSurvivors& survivors, std::uint32_t u,
                               const Unmask& answer) {
  BLINDSUM_TRY(hash, hash_answer(answer));
  return SignedText{unmask_statement(survivors.th3, u, hash), answer.signature};
}

}  // namespace

void again(Turn& turn, std::uint32_t member, const SignedAdvert& first,
           const SignedAdvert& second) {
  if (first == second) return;
  const Hash& th0 = turn.shared().th0;
  turn.conflict(member, Label::advert, {advert_statement(th0, first.advert), first.signature},
                {advert_statement(th0, second.advert), second.signature});
}

void again(Turn& turn, const FixedCohort& cohort, std::uint32_t u, const AdmittedShares& first,
           const Shares& second) {
  if (first.shares == second) return;
  const Result<ShareTree> tree = ShareTree::of(cohort.th1, u, second.items);
  if (tree.has_error()) return turn.fail(Reason::internal_error, tree.error().message());
  turn.conflict(cohort.roster_index(u), Label::shares,
                {shares_statement(cohort.th1, u, first.tree.root()), first.shares.signature},
                {shares_statement(cohort.th1, u, tree->root()), second.signature});
}

void again(Turn& turn, const FixedCohort& cohort, const FixedSurvivors& survivors, std::uint32_t u,
           const Unmask& first, const Unmask& second) {
  if (first == second) return;
  const Result<SignedText> first_text = unmask_text(survivors, u, first);
  const Result<SignedText> second_text = unmask_text(survivors, u, second);
  if (first_text.has_error() || second_text.has_error()) {
    return turn.fail(Reason::internal_error, "an answer could not be hashed");
  }
  turn.conflict(cohort.roster_index(u), Label::unmask, *first_text, *second_text);
}

void again(Turn& turn, std::uint32_t member, Label label, const Encoded& text,
           const Signature& first, const Signature& second) {
  if (first == second) return;
  turn.conflict(member, label, {text, first}, {text, second});
}

}  // namespace blindsum::detail::aggregator
