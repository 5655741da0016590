#include "tests/sim/storyteller/story.h"

namespace blindsum::sim {

const std::vector<Story>& stories() {
  static const std::vector<Story> all{
      {.name = "plain_story", .tries_again = true},
      {.name = "two_offers", .fork = Fork::offer},
      {.name = "two_offers_forged", .fork = Fork::offer, .crosses = true, .forges = true},
      {.name = "two_cohorts", .fork = Fork::cohort},
      {.name = "two_cohorts_forged", .fork = Fork::cohort, .crosses = true, .forges = true},
      {.name = "two_u2", .fork = Fork::u2, .crosses = true},
      {.name = "two_u2_forged", .fork = Fork::u2, .crosses = true, .forges = true},
      {.name = "u2_without_one", .fork = Fork::u2, .short_first = true},
      {.name = "two_u3", .fork = Fork::u3, .crosses = true},
      {.name = "two_u3_forged", .fork = Fork::u3, .crosses = true, .forges = true},
      {.name = "late_vectors_then_both",
       .fork = Fork::u3,
       .crosses = true,
       .short_first = true,
       .forges = true},
      {.name = "second_unmask_request", .fork = Fork::certificate, .crosses = true},
      {.name = "second_unmask_request_forged",
       .fork = Fork::certificate,
       .crosses = true,
       .short_first = true,
       .forges = true},
      {.name = "void_and_unmask", .voids = true, .tries_again = true},
      {.name = "void_and_two_u3",
       .fork = Fork::u3,
       .crosses = true,
       .voids = true,
       .tries_again = true},
      {.name = "void_and_late_vectors",
       .fork = Fork::u3,
       .crosses = true,
       .short_first = true,
       .voids = true,
       .forges = true,
       .tries_again = true},
  };
  return all;
}

}  // namespace blindsum::sim
