// Why a cohort has no parameters. One list, from which the enum, the names shown to peers, logs and
// metrics, and the explanations for people are made. find_graph_parameters() returns these.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/is_error_code_enum.hpp>
#include <string_view>
#include <type_traits>

// X(name, what is wrong and what to change)
#define BLINDSUM_INFEASIBLE(X)                                                               \
  X(too_few_members, "a cohort has at least 3 members; wait for more")                       \
  X(too_many_members, "a cohort has at most 4096 members; form several cohorts")             \
  X(too_few_honest_members,                                                                  \
    "max_corrupt leaves fewer than 2 honest members; wait for more members or lower it")     \
  X(security_bits_out_of_range, "sigma and eta are at most 128 bits; ask for less")          \
  X(too_many_dropped_for_agreement,                                                          \
    "after max_dropped losses fewer than a quorum remain; lower max_dropped or max_corrupt") \
  X(too_many_dropped_to_rebuild,                                                             \
    "after max_dropped losses too few hold a lost member's shares; lower max_dropped")       \
  X(too_many_survivors_wanted,                                                               \
    "min_survivors is more than max_dropped leaves; lower min_survivors or max_dropped")

namespace blindsum {

namespace detail {
enum class InfeasibleIndex {
#define BLINDSUM_ENUMERATOR(name, text) name,
  BLINDSUM_INFEASIBLE(BLINDSUM_ENUMERATOR)
#undef BLINDSUM_ENUMERATOR
};
}  // namespace detail

// Numbered from 1: boost::system takes 0 for success.
enum class Infeasible {
#define BLINDSUM_ENUMERATOR(name, text) name = static_cast<int>(detail::InfeasibleIndex::name) + 1,
  BLINDSUM_INFEASIBLE(BLINDSUM_ENUMERATOR)
#undef BLINDSUM_ENUMERATOR
};

// The explanation, in a sentence for people.
[[nodiscard]] std::string_view describe(Infeasible why);

// The category's message() is the name, in snake_case.
[[nodiscard]] const boost::system::error_category& infeasible_category();
[[nodiscard]] boost::system::error_code make_error_code(Infeasible why);

}  // namespace blindsum

template <>
struct boost::system::is_error_code_enum<blindsum::Infeasible> : std::true_type {};
