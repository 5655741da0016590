#include "tests/sim/checks/book.h"

#include <algorithm>

#include "protocol/round/parameters.h"
#include "protocol/round/round_transcript.h"

namespace blindsum::sim {
namespace {

// A cohort index that no member has.
constexpr std::uint32_t kNobody = UINT32_MAX;

}  // namespace

bool Seat::has_uploaded() const {
  if (!offer || !masked) return false;
  const RoundParameters& terms = offer->parameters;
  return uploaded_bytes >= (terms.vector_length * terms.ring_bits + 7) / 8;
}

void Book::see(const Told& event) {
  Seat& seat = at(event.session, event.member);
  if (const auto* offer = std::get_if<Offer>(event.message)) seat.offer = *offer;
  if (const auto* cohort = std::get_if<Cohort>(event.message)) seat.cohort = *cohort;
  if (const auto* delivery = std::get_if<Delivery>(event.message)) seat.delivery = *delivery;
  if (const auto* survivors = std::get_if<Survivors>(event.message)) seat.survivors = *survivors;
}

void Book::see(const Said& event) {
  Seat& seat = at(event.session, event.member);
  if (std::holds_alternative<SignedAdvert>(*event.message)) {
    seat.advertised = true;
  } else if (const auto* shares = std::get_if<Shares>(event.message)) {
    if (!seat.dealt) seat.dealt = dealt_of(seat, event.member, *shares, cast_);
  } else if (const auto* chunk = std::get_if<UploadChunk>(event.message)) {
    if (!seat.masked) mask(seat);
    const std::uint64_t end = chunk->offset + chunk->data.size();
    if (chunk->offset <= seat.uploaded_bytes) {
      seat.uploaded_bytes = std::max(seat.uploaded_bytes, end);
    }
  } else if (std::holds_alternative<Receipt>(*event.message)) {
    seat.receipt = true;
  } else if (std::holds_alternative<Attestation>(*event.message)) {
    if (!seat.attested) seat.attested = attested_of(seat);
  } else if (std::holds_alternative<Unmask>(*event.message)) {
    seat.unmasked = true;
  } else if (std::holds_alternative<VoidVote>(*event.message)) {
    seat.voided = true;
  } else if (const auto* refusal = std::get_if<Refusal>(event.message)) {
    // Whoever has unmasked says so when it is asked for VOID, and that is all [VOID-2]. Of an offer
    // that was refused nothing is on disk: another process may well take it.
    seat.refused = seat.refused || (seat.advertised && refusal->reason != Reason::already_unmasked);
  }
}

void Book::see(const InputGiven& event) {
  at(event.session, event.member).input = event.input;
}

const Seat& Book::seat(const SessionId& session, std::uint32_t member) const {
  static const Seat empty;
  const auto found = seats_.find({session, member});
  return found == seats_.end() ? empty : found->second;
}

std::vector<VerifyKey> Book::keys(const Seat::Dealt& dealt) const {
  std::vector<VerifyKey> keys;
  for (const std::uint32_t member : dealt.members) {
    keys.push_back(member < cast_.members() ? cast_.identity(member).verify_key() : VerifyKey{});
  }
  return keys;
}

std::optional<Seat::Dealt> dealt_of(const Seat& seat, std::uint32_t member, const Shares& shares,
                                    const Cast& cast) {
  if (!seat.offer || !seat.cohort) return std::nullopt;
  const auto th0 = hash_th0(seat.offer->parameter_bytes);
  if (th0.has_error()) return std::nullopt;
  const auto th1 = hash_th1(*th0, seat.cohort->adverts);
  const auto n = static_cast<std::uint32_t>(seat.cohort->adverts.size());
  const auto graph = find_graph_parameters(finder_input(seat.offer->parameters, n));
  if (th1.has_error() || graph.has_error()) return std::nullopt;
  Seat::Dealt dealt{.th0 = *th0,
                    .th1 = *th1,
                    .u = kNobody,
                    .c = corruption_bound(seat.offer->parameters, n),
                    .graph = *graph,
                    .members = {},
                    .picks = {}};
  for (std::uint32_t u = 0; u < n; ++u) {
    const auto who = cast.member_of(seat.cohort->adverts[u].advert.roster_index);
    dealt.members.push_back(who.value_or(kNobody));
    if (who == member) dealt.u = u;
  }
  for (const ShareItem& item : shares.items) dealt.picks.push_back(item.to);
  return dealt;
}

void Book::mask(Seat& seat) {
  if (!seat.dealt || !seat.delivery) return;
  const auto u2 = Bitmap::parse(seat.delivery->u2, seat.dealt->n());
  if (u2.has_error()) return;
  const auto th2 = hash_th2(seat.dealt->th1, *u2);
  if (th2.has_error()) return;
  Seat::Masked masked{.th2 = *th2, .u2 = *u2, .in_neighbours = {}, .neighbours = {}};
  for (const InboundItem& inbound : seat.delivery->items) {
    masked.in_neighbours.push_back(inbound.from);
    masked.neighbours.insert(inbound.from);
  }
  for (const std::uint32_t pick : seat.dealt->picks) {
    if (u2->has(pick)) masked.neighbours.insert(pick);
  }
  seat.masked = std::move(masked);
}

std::optional<Seat::Attested> attested_of(const Seat& seat) {
  if (!seat.masked || !seat.survivors) return std::nullopt;
  const auto u3 = Bitmap::parse(seat.survivors->u3, seat.dealt->n());
  if (u3.has_error()) return std::nullopt;
  const auto th3 = hash_th3(seat.masked->th2, *u3);
  if (th3.has_error()) return std::nullopt;
  return Seat::Attested{.th3 = *th3, .u3 = *u3};
}

}  // namespace blindsum::sim
