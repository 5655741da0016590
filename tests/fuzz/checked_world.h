// An AggregatorWorld that looks at everything the aggregator says, for the fuzzer: also across
// crashes, which take the machine but not the store. Members keep to what they were told; what the
// fuzzer makes of their words on the way is its own matter.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "tests/support/aggregator_world.h"

namespace blindsum::fuzz {

class CheckedWorld {
 public:
  CheckedWorld();

  void begin();
  std::uint32_t members() const { return kMembers; }
  HandMember& member(std::uint32_t i) { return world_.member(i); }
  std::uint32_t index(std::uint32_t i) const { return world_.index(i); }
  Offer offer() const { return world_.offer(); }
  std::uint32_t records() const { return world_.records(); }
  // The newest of its kind that member i was told, or nullptr.
  template <class M>
  const M* told(std::uint32_t i) const {
    return world_.last<M>(i);
  }

  // Whether member i knows the cohort; whether it has its shares. It learns both from what it was
  // told, once.
  bool join(std::uint32_t i);
  bool receive(std::uint32_t i);
  // 0: the next bytes of its upload; 1: all that is left; 2: from the newest grant on; 3: bytes
  // that are not due.
  std::optional<ToAggregator> chunk(std::uint32_t i, std::uint32_t how);
  // What an honest member says in the phase that is open, if it can.
  void honest_turn(std::uint32_t i);

  void event(AggregatorEvent event);
  // A frame of member i. `honest`: it is what that member would have said.
  void arrive(std::uint32_t i, Bytes frame, bool honest);
  void pass(std::uint32_t ms) { world_.wait(ms); }
  void pass_to_deadline();
  void crash();
  void break_disk();
  void mend_disk();

  // Everything that was said since the last time.
  void check();

 private:
  static constexpr std::uint32_t kMembers = 6;
  void say(std::uint32_t i, const ToAggregator& message);
  template <class M>
  void check_once(std::uint32_t i, bool same_for_all);
  void check_survivors(std::uint32_t i);
  void check_record();
  void check_sum(const RecordContent& record) const;

  AggregatorWorld world_;
  std::set<std::uint32_t> received_;
  std::map<std::uint32_t, Bytes> uploads_;
  std::map<std::uint32_t, std::uint64_t> next_;  // byte of each upload
  bool disk_broken_ = false;
  bool spoilt_ = false;  // somebody uploaded, or dealt, what it had not masked for

  // Messages already looked at, and the first of each kind: by member, or for all.
  std::map<std::pair<std::uint32_t, std::size_t>, const void*> seen_;
  std::map<std::pair<std::uint32_t, std::size_t>, Bytes> first_;
  std::optional<std::pair<Hash, Bytes>> survivors_;
  std::optional<RecordContent> record_;
  bool may_end_otherwise_ = false;
};

}  // namespace blindsum::fuzz
