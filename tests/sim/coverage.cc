#include "tests/sim/coverage.h"

#include "protocol/round/reason.h"
#include "tests/sim/fault.h"
#include "tests/sim/forger/forgery.h"
#include "tests/sim/liars/lie.h"
#include "tests/sim/names.h"
#include "tests/sim/plan.h"
#include "tests/sim/storyteller/story.h"

namespace blindsum::sim {
namespace {

using enum Reason;

// Members of these rounds refuse by every name that an aggregator, its parameters or its messages
// can give them cause for, but for in_degree_exceeded (it takes more than c liars; see the
// regressions) and what is found outside of the machines.
constexpr Reason kRefusals[] = {conflicting_answer,
                                roster_expired,
                                roster_older,
                                roster_mismatch,
                                bad_signature,
                                bad_point,
                                identity_point,
                                bad_bitmap,
                                bad_order,
                                wrong_length,
                                bad_offset,
                                not_in_cohort,
                                not_in_u2,
                                not_in_u3,
                                too_few_survivors,
                                too_few_picks,
                                missing_item,
                                wrong_item,
                                missing_proof,
                                unexpected_proof,
                                missing_receipt,
                                unexpected_receipt,
                                own_advert_changed,
                                unknown_member,
                                certificate_short,
                                transcript_mismatch,
                                already_unmasked,
                                cohort_too_small,
                                survivors_too_few,
                                floor_too_low,
                                vector_too_long,
                                corruption_bound_too_low,
                                sigma_too_low,
                                time_limits_too_long,
                                task_not_served,
                                cohort_selection_not_trusted,
                                ring_too_narrow,
                                round_not_newer,
                                too_many_rounds_today,
                                wrong_aggregator,
                                wrong_payload,
                                payload_too_large,
                                wrong_previous_record,
                                unsupported_version,
                                unsupported_suite,
                                bad_parameters,
                                wrong_shape,
                                input_spent,
                                input_declined,
                                store_failed,
                                time_limit,
                                participant_stopped,
                                superseded,
                                unknown_round,
                                wrong_phase};

constexpr Reason kRejections[] = {bad_signature,      bad_point,   identity_point, bad_order,
                                  wrong_length,       wrong_item,  wrong_offset,   bad_padding,
                                  conflicting_answer, wrong_phase, upload_stalled, not_in_cohort};

constexpr Reason kAborts[] = {too_few_members, too_few_survivors,  certificate_short,
                              too_few_shares,  secret_not_rebuilt, store_failed,
                              server_draining, checkpoint_damaged};

constexpr std::string_view kBlames[] = {"bad_share", "bad_dealing", "not_opened, a pair",
                                        "not_opened, more than c reports", "conflicting_answer"};

constexpr std::string_view kWitnesses[] = {
    "unmask answers looked at",   "sums that came out",      "sums that are exact",
    "inputs sent again",          "inputs released by VOID", "inputs released by a certificate",
    "records proven by one's own"};

constexpr std::string_view kDisks[] = {"crashes inside an operation",
                                       "torn writes",
                                       "rounds restored",
                                       "checkpoints read",
                                       "checkpoints refused",
                                       "rounds completed after a damaged one",
                                       "results read",
                                       "restarts after a failing fsync"};

// What takes members away does so at every phase, and processes die wherever they can.
constexpr std::string_view kAtEveryPhase[] = {"member_crash", "disconnect", "late"};
constexpr std::string_view kDeaths[] = {"at rest", "all is written, nothing sent",
                                        "between its effects", "after its effects"};

template <class Names>
void add(std::vector<std::pair<Group, std::string>>& all, Group group, const Names& names) {
  for (const auto& name : names) {
    if constexpr (std::is_same_v<std::decay_t<decltype(name)>, Reason>) {
      all.emplace_back(group, name_of(name));
    } else {
      all.emplace_back(group, name);
    }
  }
}

void add_losses(std::vector<std::pair<Group, std::string>>& all) {
  for (const std::string_view fault : kAtEveryPhase) {
    for (const std::string_view phase : kMemberPhases) {
      all.emplace_back(Group::loss, std::string(fault) + ", " + std::string(phase));
    }
  }
  for (const std::string_view death : kDeaths) {
    all.emplace_back(Group::loss, "member_crash, " + std::string(death));
    for (const std::string_view phase : kAggregatorPhases) {
      // While it advertises, only a rejection has two effects: too seldom to count on.
      if (phase == "advertise" && death == "between its effects") continue;
      all.emplace_back(Group::crash, std::string(phase) + ", " + std::string(death));
    }
  }
  for (const std::string_view phase : kAggregatorPhases) {
    // In these nothing, or hardly ever anything, is for several.
    if (phase == "mask" || phase == "attest" || phase == "recover") continue;
    all.emplace_back(Group::crash, std::string(phase) + ", amid a message to several");
  }
}

}  // namespace

std::vector<std::pair<Group, std::string>> expected_names() {
  std::vector<std::pair<Group, std::string>> all;
  add(all, Group::theme, kThemeNames);
  add(all, Group::fault, kFaultNames);
  add(all, Group::refusal, kRefusals);
  add(all, Group::rejection, kRejections);
  add(all, Group::abort, kAborts);
  add(all, Group::blame, kBlames);
  add(all, Group::witness, kWitnesses);
  add(all, Group::disk, kDisks);
  add_losses(all);
  for (std::uint32_t lie = 0; lie < drawn_lies(); ++lie) {
    all.emplace_back(Group::member_lie, member_lies()[lie].name);
  }
  for (const Forgery& forgery : forgeries()) all.emplace_back(Group::aggregator_lie, forgery.name);
  for (const Story& story : stories()) all.emplace_back(Group::aggregator_lie, story.name);
  return all;
}

}  // namespace blindsum::sim
