#include "tests/sim/checks/watch.h"

namespace blindsum::sim {

Watch::Watch(const Plan& plan, const Cast& cast, Trace& trace, Statistics& statistics)
    : plan_(plan),
      book_(cast),
      once_(book_, trace),
      policy_(book_, plan, trace),
      secrecy_(book_, plan, trace, statistics),
      inputs_(book_, trace, statistics),
      sums_(book_, plan, trace, statistics),
      blame_(book_, plan, trace, statistics),
      endings_(book_, plan, trace, statistics),
      decisions_(book_, trace) {}

void Watch::see(const Told& event) {
  book_.see(event);
  if (plan_.has_honest_aggregator() && !plan_.damages_fields_of(event.member)) {
    decisions_.see(event);
  }
  if (!plan_.is_corrupt(event.member)) inputs_.after(event);
}

void Watch::see(const Said& event) {
  const bool is_honest = !plan_.is_corrupt(event.member);
  if (is_honest) once_.before(event);
  book_.see(event);
  if (is_honest) {
    policy_.after(event);
    inputs_.after(event);
  }
  secrecy_.after(event);
}

void Watch::see(const InputGiven& event) {
  book_.see(event);
  sums_.see(event);
}

void Watch::see(const RecordMade& event) {
  sums_.see(event);
  // Evidence is judged where the aggregator is honest; a forger's is about lies of its own.
  if (plan_.has_honest_aggregator()) blame_.see(event);
  if (plan_.has_honest_aggregator()) decisions_.see(event);
  endings_.see(event);
  secrecy_.look_for_islands(event.session);
}

void Watch::see(const Rejected& event) {
  blame_.see(event);
  endings_.see(event);
}

}  // namespace blindsum::sim
