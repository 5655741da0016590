#include "tests/sim/checks/secrecy_check.h"

namespace blindsum::sim {

void SecrecyCheck::after(const Said& event) {
  const Seat& seat = book_.seat(event.session, event.member);
  if (!seat.dealt) return;
  if (const auto* shares = std::get_if<Shares>(event.message)) {
    if (!plan_.is_corrupt(event.member)) see_shares(seat, *shares);
  } else if (const auto* unmask = std::get_if<Unmask>(event.message)) {
    see_unmask(event, seat, *unmask);
    look_for_islands(event.session);
  }
}

// What is dealt to a corrupt member is known from then on.
void SecrecyCheck::see_shares(const Seat& seat, const Shares& shares) {
  const Seat::Dealt& dealt = *seat.dealt;
  for (const ShareItem& item : shares.items) {
    if (item.to >= dealt.n() || !plan_.is_corrupt(dealt.members[item.to])) continue;
    Known& known = known_[{dealt.th1, dealt.u}];
    known.of_s.insert(item.to);
    known.of_b.insert(item.to);
  }
  hold_against_threshold(dealt, dealt.u);
}

void SecrecyCheck::see_unmask(const Said& event, const Seat& seat, const Unmask& unmask) {
  if (plan_.is_corrupt(event.member)) return;  // it gives nothing away that is not known
  const Seat::Dealt& dealt = *seat.dealt;
  for (const UnmaskEntry& entry : unmask.entries) {
    Known& known = known_[{dealt.th1, entry.member}];
    const bool is_s = entry.kind == ShareKind::mask_key;
    (is_s ? known.of_s : known.of_b).insert(dealt.u);
    if ((is_s ? known.of_b : known.of_s).contains(dealt.u)) {
      trace_.fail("member " + std::to_string(event.member) + " gives both shares of member " +
                  std::to_string(entry.member) + " of the cohort [UNMASK-2]");
    }
    if (entry.member >= dealt.n() || plan_.is_corrupt(dealt.members[entry.member])) continue;
    hold_against_threshold(dealt, entry.member);
  }
  statistics_.count(Group::witness, "unmask answers looked at");
}

void SecrecyCheck::hold_against_threshold(const Seat::Dealt& dealt, std::uint32_t dealer) {
  if (knows(dealt, dealer, ShareKind::mask_key) && knows(dealt, dealer, ShareKind::self_mask)) {
    trace_.fail("both secrets of member " + std::to_string(dealt.members[dealer]) +
                " can be rebuilt [PRIV-4]");
  }
}

bool SecrecyCheck::knows(const Seat::Dealt& dealt, std::uint32_t dealer, ShareKind kind) const {
  const auto found = known_.find({dealt.th1, dealer});
  if (found == known_.end()) return false;
  const Holders& holders = kind == ShareKind::mask_key ? found->second.of_s : found->second.of_b;
  return holders.size() >= dealt.graph.t;
}

std::map<std::uint32_t, const Seat*> SecrecyCheck::uploads(const SessionId& session,
                                                           const Hash& th1) const {
  std::map<std::uint32_t, const Seat*> found;
  for (std::uint32_t member = 0; member < book_.members(); ++member) {
    if (plan_.is_corrupt(member)) continue;
    const Seat& seat = book_.seat(session, member);
    if (seat.dealt && seat.dealt->th1 == th1 && seat.has_uploaded()) {
      found.emplace(seat.dealt->u, &seat);
    }
  }
  return found;
}

bool SecrecyCheck::hides(const Seat& seat, std::uint32_t v) const {
  const Seat::Dealt& dealt = *seat.dealt;
  return !plan_.is_corrupt(dealt.members[v]) && !knows(dealt, dealt.u, ShareKind::mask_key) &&
         !knows(dealt, v, ShareKind::mask_key);
}

void SecrecyCheck::look_for_islands(const SessionId& session) {
  std::set<Hash> seen;
  for (std::uint32_t member = 0; member < book_.members(); ++member) {
    const Seat& seat = book_.seat(session, member);
    if (plan_.is_corrupt(member) || !seat.dealt || !seen.insert(seat.dealt->th1).second) continue;
    look_at(uploads(session, seat.dealt->th1));
  }
}

// An upload is of use only with all those whose masks it carries; such a set comes out if all its
// self masks are known and nothing else is missing. Adds the set of `start` to `seen`; its size if
// it comes out.
std::optional<std::uint32_t> SecrecyCheck::comes_out(
    const std::map<std::uint32_t, const Seat*>& uploads, std::uint32_t start,
    std::set<std::uint32_t>& seen) const {
  std::vector<std::uint32_t> open{start};
  seen.insert(start);
  std::uint32_t size = 0;
  bool is_bare = true;
  while (!open.empty()) {
    const std::uint32_t u = open.back();
    open.pop_back();
    const Seat& seat = *uploads.at(u);
    ++size;
    is_bare = is_bare && knows(*seat.dealt, u, ShareKind::self_mask);
    for (const std::uint32_t v : seat.masked->neighbours) {
      if (!hides(seat, v)) continue;
      const auto other = uploads.find(v);
      // No upload carries the same mask: this one stays under it.
      const bool cancels = other != uploads.end() &&
                           other->second->masked->th2 == seat.masked->th2 &&
                           other->second->masked->neighbours.contains(u);
      if (!cancels) is_bare = false;
      if (cancels && seen.insert(v).second) open.push_back(v);
    }
  }
  return is_bare ? std::optional(size) : std::nullopt;
}

// Each set that comes out is a sum that somebody learns. Of two one is below the floor as well, and
// that there are two says more.
void SecrecyCheck::look_at(const std::map<std::uint32_t, const Seat*>& uploads) {
  std::set<std::uint32_t> seen;
  std::vector<std::uint32_t> sums;  // over how many honest members each
  for (const auto& [start, seat] : uploads) {
    if (seen.contains(start)) continue;
    const auto size = comes_out(uploads, start, seen);
    if (!size) continue;
    statistics_.count(Group::witness, "sums that came out");
    sums.push_back(*size);
  }
  if (sums.size() > 1) {
    trace_.fail(std::to_string(sums.size()) + " sums of one round come out [PRIV-7]");
  }
  for (const std::uint32_t size : sums) {
    if (size < uploads.begin()->second->dealt->graph.honest_floor) {
      trace_.fail("a sum over " + std::to_string(size) + " honest members comes out [PRIV-8]");
    }
  }
}

}  // namespace blindsum::sim
