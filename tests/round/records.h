// A round to the end, its record and its proof: for tests of what verify_record() sees.
#pragma once

#include <doctest/doctest.h>

#include <set>
#include <utility>

#include "protocol/round/round_transcript.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {

// A completed round without member 2, or another one, and records of it.
class Records {
 public:
  explicit Records(const std::set<std::uint32_t>& left_out = {2}) {
    const auto survivors = world_.all_but(left_out);
    world_.begin_and_run_to(AggregatorPhase::mask);
    world_.mask(survivors);
    if (!left_out.empty()) world_.to_deadline();
    world_.attest(survivors);
    world_.unmask(survivors);
    REQUIRE(world_.phase() == AggregatorPhase::over);
    record_ = signed_record({{}, *world_.record(), {}, world_.proof()});
  }

  AggregatorWorld& world() { return world_; }

  const SignedRecord& good() const { return record_; }
  // wire/ makes the bytes; here they only have to be those that are signed.
  SignedRecord signed_record(SignedRecord record) const {
    record.record_bytes = {1, 2, 3};
    record.signature = world_.aggregator().sign(record_statement(record.record_bytes)).value();
    return record;
  }

  // What verify_record() says of it, once it was changed.
  template <class Change>
  Reason verdict(Change change, const OwnTranscript& own = {}) const {
    SignedRecord record = record_;
    change(record);
    const VerifyKey& key = world_.aggregator().verify_key();
    const auto result = verify_record(record, world_.roster(), key, own);
    return reason_of(result.has_error() ? result.error() : Error{});
  }

  // What only the members could sign, signed again.
  void attest_again(SignedRecord& record) {
    RecordContent& content = record.content;
    QuorumSignatures& attestations = record.proof.attestations;
    content.th3 = hash_th3(content.th2, Bitmap::parse(content.u3, 5).value()).value();
    const auto signers = Bitmap::parse(attestations.signers, 5).value().members();
    attestations.signatures.clear();
    for (const std::uint32_t u : signers) {
      attestations.signatures.push_back(
          world_.member(u).identity().sign(attest_statement(content.th3, u)).value());
    }
  }

 private:
  AggregatorWorld world_;
  SignedRecord record_;
};

}  // namespace blindsum
