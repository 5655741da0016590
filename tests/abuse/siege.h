// A blindsumd with a task that never ends and five honest members, m0 to m4, who run round after
// round, and whoever attacks it meanwhile, from another address. What a round takes, and what
// memory the server needs, is measured before and during the attack.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "tests/e2e/harness/hand_member.h"
#include "tests/e2e/harness/scene.h"
#include "tests/e2e/harness/sdk_member.h"

namespace blindsum::e2e {

// Where attackers come from; the honest are at 127.0.0.1.
inline constexpr const char* kAttacker = "127.0.0.2";
// Attackers who are members, too, if they have to be.
inline constexpr std::uint32_t kFirstTraitor = 5;

// What the server may need at its worst, with a round of five vectors of 100,000 elements.
inline constexpr std::uint64_t kMostPeakBytes = std::uint64_t{128} << 20;
// What a round may take longer than twice its undisturbed time for reasons of the machine: it is
// shared, and the attackers use its processors, too.
inline constexpr std::chrono::milliseconds kNoise{400};

class Siege {
 public:
  // `limits` are lines of [limits].
  explicit Siege(const std::string& limits = "", const std::string& advertise = "60s");

  Scene& scene() { return scene_; }
  std::uint16_t port() const { return scene_.port(); }

  // One attacker: goes on until `over`. What it throws ends it, and is no failure.
  using Attack = std::function<void(const std::atomic<bool>& over)>;
  // Checks that rounds complete as fast as they have to, and in how much memory, while so many
  // attackers are at work; prints both. `ready` is waited for before it measures.
  void withstands(const std::string& name, unsigned attackers, const Attack& attack,
                  const std::string& ready = "");
  // An honest member that comes now gets in.
  void lets_in(std::uint32_t index);

 private:
  std::chrono::milliseconds median_round();
  // While attackers are at work.
  std::chrono::milliseconds stormy_round(const std::string& name, unsigned attackers,
                                         const Attack& attack, const std::string& ready);
  bool wait_for_round(std::uint64_t round) const;

  Scene scene_;
  std::deque<SdkMember> members_;
  std::uint64_t newest_ = 0;
};

// A connection that has said nothing yet. Throws if there is none.
std::unique_ptr<RawClient> knock(const Siege& siege);
// After Welcome, as member `index`.
std::unique_ptr<RawClient> enter(const Siege& siege, std::uint32_t index);
// Sends it, and does not wait: whether it went out whole.
void send_frame(RawClient& client, const FrameToAggregator& frame);

// Until `over`: does it, again and again, with nothing in between.
template <class Do>
void again(const std::atomic<bool>& over, Do&& once) {
  while (!over) {
    try {
      once();
    } catch (const std::exception&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
}

}  // namespace blindsum::e2e
