// The SDK: take part in secure aggregation from a program of your own.
//
//   blindsum::ParticipantOptions options;
//   options.endpoint = {.host = "aggregator.example", .port = 8443, .ca_file = "ca.pem"};
//   options.state_folder = "state";              // what must survive a crash; one per identity
//   options.identity_file = "hospital-3.key";    // from `blindsum keygen`
//   options.roster_file = "roster.bsr";
//   options.authority_key = …; options.policy = …; options.task = "spam-filter";
//   options.on_round = [](const blindsum::RoundOffer& offer, blindsum::ByteView payload) {
//     return std::optional(blindsum::Update{train(payload), rows});
//   };
//   auto participant = blindsum::Participant::create(std::move(options));
//   if (!participant) … participant.error().message() …
//   auto summary = participant->run();
//
// The policy decides, not the server (SPEC.md, POLICY). A dropped connection is made again after a
// random pause below a limit that doubles from 250 ms to 30 s (WIRE-8), and a round that is under
// way goes on where it was (JOIN-2). An input whose receipt was sent is never sent again unless it
// is proven that it cannot have been used (INPUT-3); the state folder remembers it, so a folder
// must never be copied, shared, deleted or put back from a backup (DISK-1).
//
// Errors are values. error().message() is the name: a reason of SPEC.md's Appendix A
// (protocol/round/reason.h describes each), a ClientError (client/error.h), or the operating
// system's words; those about a file of the participant say which one first: "roster_file:
// bad_signature".
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "crypto/bytes.h"
#include "crypto/result.h"
#include "protocol/round/policy.h"
#include "protocol/vector/codec.h"

namespace blindsum {

class Roster;
class WorkerPool;

struct Endpoint {
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 8443;
  std::filesystem::path ca_file;  // PEM; the server's certificate must chain to one of these
  std::string server_name;        // for SNI and the certificate's name; empty = host
  // Of the server's public key (SubjectPublicKeyInfo), SHA-256: its certificate must have that key.
  // Then ca_file may be empty; if it is not, both must hold.
  std::optional<Hash> server_key_pin = {};
};

// What the callback sees of an accepted offer.
struct RoundOffer {
  std::string task;
  std::uint64_t round = 0;
  std::uint32_t n_min = 0;  // members of the cohort, at least and at most
  std::uint32_t n_max = 0;
  VectorSchema schema;    // tensors in their order: what the update's values are (CODEC-5)
  CodecParameters codec;  // kind and bounds of values and weight (CODEC)
};
// nullopt: no update for this round (the participant leaves it, input_declined [INPUT-4]; the round
// goes on without). Called on a thread of its own, never twice at once; may take as long as the
// task's limits allow. An exception counts as nullopt. So does an update that does not encode, but
// by its own name: wrong_shape, not_finite, value_out_of_range, weight_out_of_range (CODEC), or
// input_spent (INPUT-3).
using UpdateCallback = std::function<std::optional<Update>(const RoundOffer&, ByteView payload)>;

enum class ProgressKind {
  connected,     // to the aggregator, and joined the task; every time
  disconnected,  // text says why, by name; it connects again
  waiting,       // done of `of` members are there for the next round
  phase,         // text: advertised, shared, masking, uploaded, accepted, attested or unmasked;
                 // each once a round, when its message was handed to the connection; accepted:
                 // the aggregator has said that it has the vector for good, by UploadAccepted or
                 // by a U3: it is in the sum if the round completes [RECEIPT-2, ATTEST-2]
  uploading,     // done of `of` bytes of the masked vector were handed to the connection; who is
                 // slow to listen hears of the newest count only
  evidence,      // the aggregator said two things where one is allowed; text: which message. Both
                 // are in the state folder if done is 1 (client/evidence.h) [ONCE-2, DISK-6]
  round_over,    // text: why, by name; "ok" if this participant's vector is in the sum
};
struct Progress {
  ProgressKind kind{};
  std::uint64_t round = 0;  // 0 where it is of none
  std::string text;
  std::uint64_t done = 0;
  std::uint64_t of = 0;
};

// Told when a round ends for this participant, and once more if its record comes only after that.
struct RoundResult {
  std::uint64_t round = 0;
  bool completed = false;  // the record says that this participant's vector is in the sum
  std::string reason;      // "ok", or why not, or why there is no aggregate, by name
  bool refused = false;    // by this participant itself, and this is its reason; no record then
  Bytes record_file;  // verified [RECORD-5]; empty when none came. For `blindsum record verify`
  std::optional<Aggregate> aggregate;  // when the task shares its sum and it matched the record
};

struct ParticipantOptions {
  Endpoint endpoint;
  std::filesystem::path state_folder;   // made if it is not there; of this identity alone [DISK-1]
  std::filesystem::path identity_file;  // readable by nobody else
  std::filesystem::path roster_file;
  // Instead of the file, for programs that host many participants: verified once, by read_roster()
  // of protocol/wire/documents.h under authority_key.
  std::shared_ptr<const Roster> roster = nullptr;
  VerifyKey authority_key;   // of the roster [ROSTER-2]; never from the server
  Policy policy;             // aggregator_key and tasks have no default [POLICY-8]
  std::string task;          // one of policy.tasks
  std::uint32_t rounds = 0;  // leave after so many completed rounds; 0 = until stop()
  UpdateCallback on_round;
  // May be empty. Both are called on one thread, which is not that of on_round. What they throw is
  // swallowed.
  std::function<void(const Progress&)> on_progress;
  std::function<void(const RoundResult&)> on_result;
  // For audits by the owner of the data: sees the encoded vector, before masks, on on_round's
  // thread. If it throws, the participant leaves the round. May be empty.
  std::function<void(const RoundOffer&, const RingVector&)> on_encoded;
  // Threads that it shares with other participants (client/worker_pool.h); null: three of its own.
  std::shared_ptr<WorkerPool> workers = nullptr;
};

struct RunSummary {
  std::uint32_t completed = 0;      // rounds whose sum has this participant's vector
  std::uint32_t not_completed = 0;  // rounds that ended for it in another way
  std::string last_reason;          // of the last round, or of the end; by name
};

class Participant {
 public:
  // Reads and checks everything that is local, before anything is connected: identity, roster
  // against the authority, CA file, policy, state folder, which stays locked as long as the
  // participant lives. Errors: no_callback; task_not_served, floor_too_low, wrong_aggregator,
  // bad_point (the policy); unknown_member; state_locked; of a file, by its name: the operating
  // system's, not_private, bad_key_file, bad_roster, bad_signature, roster_expired, roster_older,
  // roster_mismatch, bad_ca_file, bad_store, other_identity, store_failed.
  static Result<Participant> create(ParticipantOptions options);
  Participant(Participant&&) noexcept;
  Participant& operator=(Participant&&) noexcept;
  ~Participant();

  // Blocking form. Returns after `rounds`, after stop(), when the task has run all its rounds
  // (task_finished), or with an error that connecting again cannot mend: unknown_member,
  // roster_expired, roster_mismatch, wrong_aggregator, bad_signature (the aggregator's roster has
  // another key for this member), unsupported_version, task_not_served, superseded (another process
  // uses the identity), certificate_refused, wrong_host_name, wrong_server_key; already_running if
  // a run goes on. No callback is called any more then; one that is under way is waited for.
  Result<RunSummary> run();
  // Coroutine form: connections on the awaiting executor, masks and callbacks on its threads. To
  // cancel it is to stop(). The participant must stay where it is until it is done, and is not to
  // be destroyed before.
  boost::asio::awaitable<Result<RunSummary>> async_run();
  // Leave: refuses the round under way [JOIN-3], wipes its secrets, takes leave of the aggregator
  // (two seconds at most); run() returns, now and in future. It waits for a callback that is under
  // way, and, while the aggregator's name is being resolved, for the resolver, which nothing can
  // interrupt: without a name server that may take as long as resolv.conf allows. From any thread
  // and any callback, but not from a signal handler.
  void stop();

 private:
  struct Impl;
  explicit Participant(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace blindsum
