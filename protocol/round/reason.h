// Why something was refused, rejected, aborted or blamed: the closed list of SPEC.md, Appendix A,
// in its order. This is the only place in the sources that lists them; the enum, the names on the
// wire, in logs, metrics and records, and the explanations for people are made from it.
//
// A Reason converts to Error by itself (`return Reason::bad_order;`), whose message() is the name.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/is_error_code_enum.hpp>
#include <optional>
#include <string_view>
#include <type_traits>

// X(name, what happened; what to do)
#define BLINDSUM_REASONS(X)                                                                        \
  X(bad_frame,                                                                                     \
    "a frame that is not a message of this protocol; check that both sides run the same version")  \
  X(message_too_large,                                                                             \
    "a frame above the limit of its kind; check the peer's version and what is between")           \
  X(wrong_phase,                                                                                   \
    "a message of a phase that is not open; harmless if late, else report the peer's version")     \
  X(wrong_round, "a message of another round; harmless after a reconnect")                         \
  X(unknown_round,                                                                                 \
    "a VOID was asked for a round that is not on this disk; was the state folder replaced?")       \
  X(conflicting_answer,                                                                            \
    "two different messages where one may be sent; keep both, the sender is faulty or lies")       \
  X(unknown_member, "the index is not in the roster; get enrolled, or fetch the newest roster")    \
  X(roster_expired, "the roster's not_after is past; the authority has to sign a new one")         \
  X(roster_older,                                                                                  \
    "the offer names an older roster than one already seen; the aggregator has to load the "       \
    "newest")                                                                                      \
  X(roster_mismatch,                                                                               \
    "the other side holds another roster; give both the file that the authority signed last")      \
  X(bad_roster, "the roster file is not well formed; the authority has to make it anew")           \
  X(bad_signature, "a signature does not verify; check keys, and distrust whoever relayed it")     \
  X(bad_point, "bytes that are no canonical curve point; the sender is faulty or lies")            \
  X(identity_point, "the identity where a public point is due; the sender is faulty or lies")      \
  X(bad_scalar, "a scalar that is zero or not reduced; the sender is faulty or lies")              \
  X(bad_bitmap,                                                                                    \
    "a member bitmap of a wrong length or with padding bits set; the sender is faulty or lies")    \
  X(bad_order, "entries not ascending, out of range or of oneself; the sender is faulty or lies")  \
  X(wrong_length,                                                                                  \
    "a field or an upload of a wrong length; the sender is faulty or runs another version")        \
  X(bad_padding, "bits set behind the last packed element; the sender is faulty")                  \
  X(wrong_offset,                                                                                  \
    "a chunk that is not the next one; the upload goes on from the offset of the next grant")      \
  X(bad_offset, "a grant beyond the end of the vector; the aggregator is faulty")                  \
  X(not_in_cohort,                                                                                 \
    "this round goes on without the member: it was late or there was no room; wait for the next")  \
  X(not_in_u2,                                                                                     \
    "a member outside U2 where one inside is due; if it is oneself, wait for the next round")      \
  X(not_in_u3,                                                                                     \
    "the upload was not added in time; the input can be used again once its release is proven")    \
  X(too_few_members, "fewer adverts than n_min came in time; invite more or lower n_min")          \
  X(too_few_survivors,                                                                             \
    "fewer members are left than a sum needs; look at who dropped, or raise the time limits")      \
  X(too_few_picks,                                                                                 \
    "too few of the chosen neighbours are left to rebuild this member; try the next round")        \
  X(too_few_shares,                                                                                \
    "a secret has fewer than t good shares, so nothing is unmasked; look at who dropped")          \
  X(missing_item, "a share of a member of U2 was withheld; distrust the aggregator")               \
  X(wrong_item,                                                                                    \
    "a share or answer for another member, point or kind; the sender is faulty or lies")           \
  X(missing_proof,                                                                                 \
    "what proves a neighbour's shares or a record was withheld; distrust its source")              \
  X(unexpected_proof,                                                                              \
    "a shares signature of a member that is no neighbour; the aggregator is faulty")               \
  X(missing_receipt,                                                                               \
    "a neighbour is called a survivor without its receipt; distrust the aggregator")               \
  X(unexpected_receipt, "a receipt of a member that is no neighbour; the aggregator is faulty")    \
  X(in_degree_exceeded,                                                                            \
    "implausibly many members picked this one; distrust the aggregator or try again")              \
  X(own_advert_changed, "the cohort shows another advert than was sent; distrust the aggregator")  \
  X(certificate_short, "fewer signers than a quorum; nothing is revealed: look at who dropped")    \
  X(transcript_mismatch,                                                                           \
    "the other side saw another round than this one; distrust the aggregator")                     \
  X(already_unmasked, "this member has unmasked the round and can no longer declare it void")      \
  X(already_void, "this member has declared the round void and will not unmask it")                \
  X(cohort_too_small,                                                                              \
    "fewer members than the policy or n_min asks for; wait for more or lower least_n")             \
  X(cohort_too_large, "more members than n_max; the aggregator is faulty")                         \
  X(survivors_too_few,                                                                             \
    "a sum could have fewer members than the policy asks for; raise min_survivors")                \
  X(floor_too_low,                                                                                 \
    "a sum could hold fewer honest inputs than the policy asks for; raise min_survivors")          \
  X(corruption_bound_too_low,                                                                      \
    "the round withstands fewer corrupt members than the policy asks for; raise it")               \
  X(cohort_selection_not_trusted,                                                                  \
    "gamma needs a policy with trust_cohort_selection; set it or offer max_corrupt")               \
  X(sigma_too_low, "fewer bits of secrecy than the policy asks for; the task has to raise sigma")  \
  X(vector_too_long,                                                                               \
    "the vector is longer than the policy allows; raise the policy's limit if that is right")      \
  X(time_limits_too_long,                                                                          \
    "the round may take longer than the policy allows; shorten its time limits")                   \
  X(task_not_served, "the task is not in the policy or the configuration; check its name")         \
  X(infeasible_parameters, "no graph serves so few members with such losses; see blindsum params") \
  X(ring_too_narrow,                                                                               \
    "the sum could wrap around; the task needs more ring bits or a smaller bound")                 \
  X(round_not_newer,                                                                               \
    "the round or its session id was seen before; the aggregator has to number upward")            \
  X(too_many_rounds_today, "the policy's rounds per day are used up; wait, or raise the limit")    \
  X(wrong_aggregator,                                                                              \
    "another aggregator key than the pinned one; check the address and the pinned key")            \
  X(wrong_previous_record,                                                                         \
    "the chain of records is broken; ask the aggregator, and compare with other members")          \
  X(wrong_payload,                                                                                 \
    "the payload has another size or hash than the offer says; try again, then distrust it")       \
  X(payload_too_large,                                                                             \
    "the payload is larger than the policy allows; raise the policy's limit if that is right")     \
  X(unsupported_version,                                                                           \
    "the other side speaks another version of the protocol; upgrade the older one")                \
  X(unsupported_suite, "the other side offers other primitives; upgrade the older one")            \
  X(bad_parameters, "a round parameter is out of its range; correct the task's configuration")     \
  X(not_finite, "the update holds a NaN or an infinity; look at what made it")                     \
  X(value_out_of_range, "the update holds a value beyond the task's bound; look at what made it")  \
  X(weight_out_of_range, "the weight is below 1 or above the task's bound; correct it")            \
  X(wrong_shape, "the update's tensors are not those of the task; compare names and shapes")       \
  X(bad_sum,                                                                                       \
    "the sum does not decode: some member sent what it should not; look at who took part")         \
  X(input_spent,                                                                                   \
    "the input was sent in a round that may still be opened; wait for its release or make a new "  \
    "one")                                                                                         \
  X(input_declined, "the program has no update for this round")                                    \
  X(store_failed, "what must be on disk could not be written; check space and permissions")        \
  X(checkpoint_damaged,                                                                            \
    "the sum on the aggregator's disk is torn or changed; check the disk, the round is lost")      \
  X(state_locked, "another process uses the state folder; stop it or give each its own")           \
  X(time_limit, "the other side took longer than allowed; check the network, or raise the limits") \
  X(participant_stopped, "the participant's program stopped or left")                              \
  X(superseded, "a newer session or round of the same member took over")                           \
  X(upload_stalled,                                                                                \
    "the upload made no progress while others waited; it goes on with the next grant")             \
  X(server_draining, "the aggregator is going down; reconnect later")                              \
  X(task_finished, "the task has run all its rounds; there is nothing more to take part in")       \
  X(too_many_joins,                                                                                \
    "the member, or all who come from its address, joined too often; it may again a while later")  \
  X(slow_reader, "what was sent was not read in time, or too much of it waits; check the network") \
  X(secret_not_rebuilt,                                                                            \
    "good shares do not make the advertised secret; the record names who dealt them")              \
  X(bad_share, "a holder revealed a share that is off its tag; the record names it")               \
  X(bad_dealing, "a member dealt shares that do not fit its keys; the record names it")            \
  X(not_opened,                                                                                    \
    "a share did not open: its dealer or its holder is at fault; the record names both")           \
  X(record_mismatch,                                                                               \
    "a record contradicts itself or the round; keep it as evidence against the aggregator")        \
  X(internal_error, "an own fault; see the log")

namespace blindsum {

// ok stands for "no reason" in results and records; it is not on the list, and no peer may send it.
enum class Reason {
  ok = 0,
#define BLINDSUM_ENUMERATOR(name, text) name,
  BLINDSUM_REASONS(BLINDSUM_ENUMERATOR)
#undef BLINDSUM_ENUMERATOR
};

// The name, in snake_case: "bad_order".
[[nodiscard]] std::string_view name_of(Reason reason);

// The other way round, for what peers, records and users write. Empty for anything that is not
// exactly a name of the list ("ok" is not).
[[nodiscard]] std::optional<Reason> parse_reason(std::string_view name);

// What happened and what to do about it, for people.
[[nodiscard]] std::string_view describe(Reason reason);

// The reason to give a peer for an error of any layer: the same name where the list has it, else
// the one that covers it; internal_error for faults that the peer has no part in. ok for no error.
[[nodiscard]] Reason reason_of(const boost::system::error_code& error);

[[nodiscard]] const boost::system::error_category& reason_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(Reason reason) noexcept;

}  // namespace blindsum

template <>
struct boost::system::is_error_code_enum<blindsum::Reason> : std::true_type {};
