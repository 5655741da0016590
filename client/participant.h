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
// The policy decides, not the server. A dropped connection is made again with backoff and jitter,
// and a round that is under way goes on where it was. An input that was sent once is never sent
// again unless it is proven that it cannot have been used (SPEC.md, INPUT).
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

struct Endpoint {
  std::string host;
  std::uint16_t port = 8443;
  std::filesystem::path ca_file;  // PEM; the server's certificate must chain to one of these
  std::string server_name;        // for SNI and the certificate's name; empty = host
};

// What the callback sees of an accepted offer.
struct RoundOffer {
  std::string task;
  std::uint64_t round = 0;
  std::uint32_t n_min = 0;
  std::uint32_t n_max = 0;
  VectorSchema schema;
  CodecParameters codec;
};
// nullopt: no update for this round (the participant leaves it, the round goes on without). Called
// on a thread of its own, never twice at once; may take as long as the task's limits allow. An
// exception counts as nullopt.
using UpdateCallback = std::function<std::optional<Update>(const RoundOffer&, ByteView payload)>;

// connected: joined the task; disconnected: and why, it connects again; waiting: members present
// and needed for the next round; phase: advertised, shared, masking, uploaded, attested, unmasked,
// each once a round, when its message was handed to the connection; uploading: bytes of the masked
// vector; round_over: why, "ok" if this participant's vector is in the sum.
enum class ProgressKind { connected, disconnected, waiting, phase, uploading, round_over };
struct Progress {
  ProgressKind kind{};
  std::uint64_t round = 0;
  std::string text;        // phase or reason by name
  std::uint64_t done = 0;  // bytes, or members present
  std::uint64_t of = 0;    // bytes, or members needed
};

// Told when a round ends for this participant, and once more if its record comes only after that.
struct RoundResult {
  std::uint64_t round = 0;
  bool completed = false;  // the record says that this participant's vector is in the sum
  std::string reason;      // "ok", or why not, or why there is no aggregate, by name
  Bytes record_file;       // verified; empty when none came
  std::optional<Aggregate> aggregate;  // when the task shares its sum and it matched the record
};

struct ParticipantOptions {
  Endpoint endpoint;
  std::filesystem::path state_folder;
  std::filesystem::path identity_file;
  std::filesystem::path roster_file;
  VerifyKey authority_key;
  Policy policy;
  std::string task;
  std::uint32_t rounds = 0;  // leave after so many completed rounds; 0 = until stop()
  UpdateCallback on_round;
  // May be empty. Both are called on one thread, which is not that of on_round.
  std::function<void(const Progress&)> on_progress;
  std::function<void(const RoundResult&)> on_result;
  // For audits by the owner of the data: sees the encoded vector, before masks, on on_round's
  // thread. May be empty.
  std::function<void(const RoundOffer&, const RingVector&)> on_encoded;
};

struct RunSummary {
  std::uint32_t completed = 0;
  std::uint32_t not_completed = 0;
  std::string last_reason;
};

class Participant {
 public:
  // Reads and checks everything that is local: identity, roster against the authority, state folder
  // (locked exclusively), policy. Errors say which file and why.
  static Result<Participant> create(ParticipantOptions options);
  Participant(Participant&&) noexcept;
  Participant& operator=(Participant&&) noexcept;
  ~Participant();

  // Blocking form. Returns after `rounds`, after stop(), when the task has run all its rounds, or
  // with an error that connecting again cannot mend (unknown_member, roster_mismatch,
  // wrong_aggregator, certificate_refused, …). No callback is called any more then; one that is
  // under way is waited for.
  Result<RunSummary> run();
  // Coroutine form: connections on the awaiting executor, masks and callbacks on threads of its
  // own. The participant must stay where it is until it is done, and is not to be destroyed before.
  boost::asio::awaitable<Result<RunSummary>> async_run();
  // Leave: finishes nothing, wipes secrets, run() returns, now and in future. From any thread and
  // any callback, but not from a signal handler.
  void stop();

 private:
  struct Impl;
  explicit Participant(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace blindsum
