// What the aggregator never re-decides (SPEC.md §4): an append-only list of facts for a round, from
// which AggregatorRound::restore() makes the machine again after a crash. keep() returns when the
// fact is durable. The accumulator is not here: its keeper checkpoints it with the set of members
// it contains, and tells the machine Accumulated only when that is durable.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "crypto/bytes.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/messages.h"
#include "protocol/round/record.h"

namespace blindsum {

struct OfferedFact {  // who was sent the offer when the round started
  Offer offer;
  std::vector<std::uint32_t> roster_indices;
};
struct CohortFact {
  std::vector<SignedAdvert> adverts;
};
struct SharesFact {  // U2 and everything relayed for it
  Bitmap u2;
  std::vector<Shares> shares;  // one for each member of U2, ascending
};
struct AddedFact {  // durable together with the accumulator that contains the member
  std::uint32_t member = 0;
  Receipt receipt;
};
struct SurvivorsFact {
  Bitmap u3;
};
struct CertificateFact {
  Certificate certificate;
};
struct EndedFact {  // how it ended: ok, or why it aborted; and the record, which is final from here
  Reason reason{};
  RecordContent record;
};
using RoundFact = std::variant<OfferedFact, CohortFact, SharesFact, AddedFact, SurvivorsFact,
                               CertificateFact, EndedFact>;

class AggregatorStore {
 public:
  virtual ~AggregatorStore() = default;
  virtual Result<void> keep(const SessionId& round, const RoundFact& fact) = 0;
  virtual Result<std::vector<RoundFact>> facts(const SessionId& round) = 0;
  // Why nothing more is kept before a restart; no error while it is: what fails then may be tried
  // again [DISK-9].
  virtual Error broken() const = 0;
};

}  // namespace blindsum
