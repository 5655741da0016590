#include "tests/sim/checks/ending_check.h"

#include <algorithm>
#include <array>

#include "tests/sim/liars/lie.h"

namespace blindsum::sim {
namespace {

// Reasons by which an honest member's round may end under an honest aggregator.
constexpr std::array kInnocent{
    Reason::ok, Reason::time_limit, Reason::participant_stopped, Reason::superseded,
    Reason::input_spent, Reason::input_declined, Reason::store_failed, Reason::round_not_newer,
    Reason::unknown_round, Reason::not_in_u2, Reason::not_in_u3, Reason::not_in_cohort,
    Reason::already_void, Reason::already_unmasked, Reason::too_few_picks,
    // As the aggregator says, when it aborts.
    Reason::too_few_members, Reason::too_few_survivors, Reason::certificate_short,
    Reason::too_few_shares, Reason::secret_not_rebuilt, Reason::server_draining,
    Reason::infeasible_parameters};

// What an honest aggregator may say to an honest member.
constexpr std::array kGentle{Reason::wrong_phase, Reason::wrong_offset, Reason::upload_stalled,
                             Reason::not_in_cohort, Reason::wrong_round};

template <std::size_t N>
bool is_one_of(const std::array<Reason, N>& reasons, Reason reason) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

}  // namespace

EndingCheck::EndingCheck(const Book& book, const Plan& plan, Trace& trace, Statistics& statistics)
    : book_(book), plan_(plan), trace_(trace), statistics_(statistics), lossy_(plan.lossy()) {}

void EndingCheck::see(const RoundEnded& event) {
  statistics_.count(Group::ending, name_of(event.reason));
  if (event.reason == Reason::internal_error) {
    trace_.fail("an internal error ends the round of member " + std::to_string(event.member));
  }
  if (!plan_.has_honest_aggregator() || plan_.is_corrupt(event.member)) return;
  // Faults that damage messages, and policies that are too strict, have names of their own.
  if (std::binary_search(lossy_.begin(), lossy_.end(), event.member)) return;
  const bool is_damaged =
      event.reason == Reason::checkpoint_damaged && plan_.spoils_checkpoints();  // [DISK-8]
  if (!is_damaged && !is_one_of(kInnocent, event.reason)) {
    trace_.fail("the round of member " + std::to_string(event.member) + " ends with " +
                std::string(name_of(event.reason)) + ", under an honest aggregator");
  }
}

void EndingCheck::see(const Rejected& event) {
  statistics_.count(Group::rejection, name_of(event.reason));
  if (!plan_.has_honest_aggregator() || plan_.is_corrupt(event.member)) return;
  if (std::binary_search(lossy_.begin(), lossy_.end(), event.member)) return;
  if (!is_one_of(kGentle, event.reason)) {
    trace_.fail("an honest aggregator rejects what honest member " + std::to_string(event.member) +
                " says: " + std::string(name_of(event.reason)));
  }
}

std::uint32_t EndingCheck::lost_of(const RecordProof& proof) const {
  std::uint32_t lost = 0;
  for (const SignedAdvert& signed_advert : proof.adverts) {
    const auto member = book_.cast().member_of(signed_advert.advert.roster_index);
    if (member && std::binary_search(lossy_.begin(), lossy_.end(), *member)) ++lost;
  }
  return lost;
}

void EndingCheck::see(const RecordMade& event) {
  const RecordContent& record = *event.record;
  const bool is_complete = record.outcome == Reason::ok;
  if (record.outcome == Reason::internal_error) trace_.fail("a round ends by an internal error");
  statistics_.count(Group::round, is_complete ? "completed" : "aborted");
  if (!is_complete) statistics_.count(Group::abort, name_of(record.outcome));
  const bool is_peaceful = plan_.theme == Theme::calm || plan_.theme == Theme::liars;
  if (is_complete || !is_peaceful || event.proof->adverts.empty()) return;
  // What it had stays spent [INPUT-6]: whoever finds that out in the next round is lost to it.
  if (record.outcome == Reason::checkpoint_damaged && plan_.spoils_checkpoints())
    is_damaged_ = true;
  if (is_damaged_) return;
  // A dealer can make its own secret impossible to rebuild: that costs the round.
  for (const LiePlan& lie : plan_.lies) {
    if (member_lies()[lie.lie].may_spoil) return;
  }
  if (lost_of(*event.proof) <= fraction_of(event.proof->n(), plan_.terms.delta_ppm)) {
    trace_.fail("no more than d members are lost, and yet the round aborts with " +
                std::string(name_of(record.outcome)) + " [PHASE-1]");
  }
}

}  // namespace blindsum::sim
