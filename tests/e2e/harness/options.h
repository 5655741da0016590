// How a participant of a scene is set up, in this process or in one of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "client/participant.h"

namespace blindsum::e2e {

inline constexpr const char* kTask = "t";

// The public key in NAME.pub. Throws if there is none.
VerifyKey public_key(const std::filesystem::path& keys, const std::string& name);

// Its state is in the scene's folder. Without a callback.
ParticipantOptions participant_options(const std::filesystem::path& keys,
                                       const std::filesystem::path& scene, const std::string& name,
                                       std::uint16_t port);

// first, first + 1, first + 2, …: inputs that tell who is in a sum.
std::vector<std::int64_t> count_up(std::int64_t first, std::size_t length);
// Four elements that tell whose they are and of which round.
std::vector<std::int64_t> input_of(std::uint32_t index, std::uint64_t round);

}  // namespace blindsum::e2e
