#include "tests/sim/cast.h"

#include <map>
#include <memory>
#include <utility>

#include "protocol/wire/documents.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum::sim {
namespace {

// Not those of any seed's machines: keys come from seeds above 2^63.
constexpr std::uint64_t kKeySeed = std::uint64_t{1} << 63;
constexpr std::uint64_t kEpoch = 5;

}  // namespace

Cast::Cast(SigningKey aggregator, SigningKey stranger, std::vector<SigningKey> identities,
           Roster roster)
    : aggregator_(std::move(aggregator)),
      stranger_(std::move(stranger)),
      identities_(std::move(identities)),
      roster_(std::move(roster)) {}

Result<Cast> Cast::make(std::uint32_t members) {
  SeededEntropy entropy(kKeySeed);
  BLINDSUM_TRY(authority, SigningKey::generate(entropy));
  BLINDSUM_TRY(aggregator, SigningKey::generate(entropy));
  BLINDSUM_TRY(stranger, SigningKey::generate(entropy));
  std::vector<SigningKey> identities;
  RosterContent content{
      .epoch = kEpoch, .members = {}, .not_after = kRosterEnd, .authority = "consortium"};
  for (std::uint32_t member = 0; member < members; ++member) {
    BLINDSUM_TRY(identity, SigningKey::generate(entropy));
    content.members.push_back({.index = roster_index(member),
                               .name = "member " + std::to_string(member),
                               .key = identity.verify_key()});
    identities.push_back(std::move(identity));
  }
  BLINDSUM_TRY(file, sign_roster(content, authority));
  BLINDSUM_TRY(roster, read_roster(file, authority.verify_key()));
  return Cast(std::move(aggregator), std::move(stranger), std::move(identities), std::move(roster));
}

const Cast& Cast::of(std::uint32_t members) {
  static std::map<std::uint32_t, std::unique_ptr<const Cast>> casts;
  std::unique_ptr<const Cast>& cast = casts[members];
  if (cast == nullptr) cast = std::make_unique<const Cast>(make(members).value());
  return *cast;
}

std::optional<std::uint32_t> Cast::member_of(std::uint32_t roster_index) const {
  if (roster_index < Cast::roster_index(0)) return std::nullopt;
  const std::uint32_t member = (roster_index - Cast::roster_index(0)) / 3;
  if (member >= members() || Cast::roster_index(member) != roster_index) return std::nullopt;
  return member;
}

}  // namespace blindsum::sim
