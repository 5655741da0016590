// The lies of members: each way of PROTOCOL.md's chapter 7, and what else a member may send that is
// not what its machine says. In files by the phase that they are about.
#pragma once

#include <string_view>
#include <vector>

#include "tests/sim/liars/liar.h"

namespace blindsum::sim {

// Those that plans draw from. After them, out of their reach: what no check could let pass, so that
// tests can show that each of them fails, and what takes more than c liars.
const std::vector<MemberLie>& member_lies();
std::uint32_t drawn_lies();
std::size_t lie_by_name(std::string_view name);

// By phase.
std::vector<MemberLie> advert_lies();
std::vector<MemberLie> dealing_lies();  // shares that are well formed and wrong
std::vector<MemberLie> shares_lies();   // shares that are not well formed
std::vector<MemberLie> upload_lies();
std::vector<MemberLie> unmask_lies();
std::vector<MemberLie> silent_lies();  // refusals, silence and VOID
std::vector<MemberLie> undrawn_lies();

}  // namespace blindsum::sim
