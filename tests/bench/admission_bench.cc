// What the share phase costs the aggregator: frames decoded, shares admitted, the phase closed and
// deliveries made and encoded, for a cohort of real members. Prints medians of several runs, of
// processor time, in all and for each item.
//   admission_bench [MEMBERS [CORRUPT [DROPPED_PPM]]]
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "protocol/round/aggregator_round.h"
#include "protocol/round/graph_parameters.h"
#include "protocol/round/round_transcript.h"
#include "protocol/wire/frames.h"
#include "tests/support/hand_member.h"
#include "tests/support/memory_aggregator_store.h"
#include "tests/support/seeded_entropy.h"

namespace {

using namespace blindsum;

constexpr int kRuns = 5;

struct Cost {
  double decode_ms = 0;
  double admit_ms = 0;
  double close_ms = 0;
  double encode_ms = 0;
};

// Of this process's processor time: the machine may be busy with other things.
class Stopwatch {
 public:
  double ms() const { return static_cast<double>(std::clock() - begin_) * 1'000 / CLOCKS_PER_SEC; }

 private:
  std::clock_t begin_ = std::clock();
};

std::vector<HandMember> make_members(std::uint32_t n) {
  std::vector<HandMember> members;
  for (std::uint32_t u = 0; u < n; ++u) members.emplace_back(u, seeded_key(u), 5'000 + u);
  return members;
}

Roster make_roster(const std::vector<HandMember>& members) {
  RosterContent content{.epoch = 1, .members = {}, .not_after = 0, .authority = "authority"};
  for (const HandMember& member : members) {
    content.members.push_back({member.roster_index(),
                               "member " + std::to_string(member.roster_index()),
                               member.identity().verify_key()});
  }
  const SigningKey authority = seeded_key(2'000'000);
  const Bytes bytes{1};
  const Signature signature = authority.sign(roster_statement(bytes)).value();
  return Roster::verify(bytes, content, signature, authority.verify_key()).value();
}

Offer make_offer(const Roster& roster, std::uint32_t n, std::uint32_t corrupt,
                 std::uint32_t dropped_ppm) {
  const SigningKey aggregator = seeded_key(1'000'000);
  RoundParameters parameters;
  parameters.version = kProtocolVersion;
  parameters.suite = kSuite;
  parameters.session_id.bytes.fill(7);
  parameters.task = "bench";
  parameters.round = 1;
  parameters.roster_epoch = roster.epoch();
  parameters.roster_hash = roster.hash();
  parameters.n_min = parameters.n_max = n;
  parameters.max_corrupt = corrupt;
  parameters.delta_ppm = dropped_ppm;
  parameters.sigma = 64;
  parameters.eta = 30;
  parameters.schema.tensors = {{"values", {1}}};
  parameters.vector_length = 1;
  parameters.ring_bits = 32;
  parameters.codec = {.kind = CodecKind::integer, .bound = 1'000};
  parameters.limits = {10'000, 10'000, 10'000, 10'000, 10'000};
  parameters.aggregator_key = aggregator.verify_key();
  const Bytes bytes{42};
  return {bytes, parameters, aggregator.sign(offer_statement(bytes)).value()};
}

// Everything that is said before the shares, and the shares as frames.
class Cohorts {
 public:
  Cohorts(std::uint32_t n, std::uint32_t corrupt, std::uint32_t dropped_ppm)
      : members_(make_members(n)),
        roster_(make_roster(members_)),
        offer_(make_offer(roster_, n, corrupt, dropped_ppm)) {
    Cohort cohort;
    for (HandMember& member : members_) adverts_.push_back(member.advert(offer_));
    cohort.adverts = adverts_;
    for (HandMember& member : members_) {
      member.join(cohort);
      const Shares shares = member.shares();
      items_ += shares.items.size();
      frames_.push_back(encode_in_round(offer_.parameters.session_id, ToAggregator(shares)));
    }
  }

  std::size_t items() const { return items_; }
  std::uint32_t k() const { return members_.front().graph().k; }

  Cost run() {
    MemoryAggregatorStore store;
    std::vector<AggregatorEffect> effects;
    std::vector<std::uint32_t> invited;
    for (const HandMember& member : members_) invited.push_back(member.roster_index());
    AggregatorRound round =
        AggregatorRound::start({roster_, store, {}}, offer_, invited, now_, effects).value();
    for (std::uint32_t u = 0; u < adverts_.size(); ++u) {
      round.handle(MemberMessage{u, adverts_[u]}, now_);
    }
    Cost cost;
    const Stopwatch decoding;
    std::vector<ToAggregator> messages;
    for (const Bytes& frame : frames_) {
      auto decoded = decode_to_aggregator(frame).value();
      messages.push_back(std::move(std::get<InRound<ToAggregator>>(decoded).message));
    }
    cost.decode_ms = decoding.ms();
    const Stopwatch admitting;
    for (std::uint32_t u = 0; u + 1 < messages.size(); ++u) {
      round.handle(MemberMessage{u, std::move(messages[u])}, now_);
    }
    cost.admit_ms = admitting.ms();
    const Stopwatch closing;
    const auto last = static_cast<std::uint32_t>(messages.size() - 1);
    effects = round.handle(MemberMessage{last, std::move(messages.back())}, now_);
    cost.close_ms = closing.ms();
    if (round.phase() != AggregatorPhase::mask) std::printf("not all shares were admitted\n");
    cost.encode_ms = encode(effects);
    return cost;
  }

 private:
  double encode(const std::vector<AggregatorEffect>& effects) {
    const Stopwatch encoding;
    bytes_ = 0;
    for (const AggregatorEffect& effect : effects) {
      const auto* const send = std::get_if<SendToMembers>(&effect);
      if (send == nullptr || !std::holds_alternative<Delivery>(*send->message)) continue;
      bytes_ += encode_in_round(offer_.parameters.session_id, *send->message).size();
    }
    return encoding.ms();
  }

  Instant now_{1'000};
  std::vector<HandMember> members_;
  Roster roster_;
  Offer offer_;
  std::vector<SignedAdvert> adverts_;
  std::vector<Bytes> frames_;
  std::size_t items_ = 0;
  std::size_t bytes_ = 0;
};

void report(const char* what, const std::array<Cost, kRuns>& runs, double Cost::* part,
            std::size_t items) {
  std::array<double, kRuns> ms{};
  std::transform(runs.begin(), runs.end(), ms.begin(), [&](const Cost& run) { return run.*part; });
  std::nth_element(ms.begin(), ms.begin() + kRuns / 2, ms.end());
  const double median = ms[kRuns / 2];
  std::printf("  %-22s %9.2f ms %8.3f us/item\n", what, median,
              median * 1'000 / static_cast<double>(items));
}

void report_hash() {
  constexpr int hashes = 200'000;
  const Encoded text = Encoded(Label::share).bytes(Bytes(280));
  auto hasher = TranscriptHasher::create().value();
  const Stopwatch reused;
  for (int i = 0; i < hashes; ++i) hasher.hash(text).value();
  const double reused_ms = reused.ms();
  const Stopwatch alone;
  for (int i = 0; i < hashes; ++i) hash_of(text).value();
  std::printf("one hash of %zu bytes: %.3f us with a hasher, %.3f us alone\n", text.view().size(),
              reused_ms * 1'000 / hashes, alone.ms() * 1'000 / hashes);
}

std::uint32_t argument(int argc, char** argv, int at, std::uint32_t otherwise) {
  return argc > at ? static_cast<std::uint32_t>(std::stoul(argv[at])) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint32_t n = argument(argc, argv, 1, 1'000);
  Cohorts cohorts(n, argument(argc, argv, 2, 88), argument(argc, argv, 3, 88'000));
  std::array<Cost, kRuns> runs{};
  for (Cost& run : runs) run = cohorts.run();
  std::printf("n = %u, k = %u, %zu items, median of %d runs\n", n, cohorts.k(), cohorts.items(),
              kRuns);
  report("frames decoded", runs, &Cost::decode_ms, cohorts.items());
  report("shares admitted", runs, &Cost::admit_ms, cohorts.items());
  report("closed, deliveries", runs, &Cost::close_ms, cohorts.items());
  report("deliveries encoded", runs, &Cost::encode_ms, cohorts.items());
  report_hash();
}
