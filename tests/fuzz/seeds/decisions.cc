// Decisions that lead somewhere: the fuzzer goes on from there. What each byte decides is in the
// target.
#include "tests/fuzz/seeds/seeds.h"

namespace blindsum::fuzz {
namespace {

Bytes repeated(const Bytes& some, std::size_t times) {
  Bytes all;
  for (std::size_t i = 0; i < times; ++i) put_bytes(all, some);
  return all;
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) put_bytes(all, part);
  return all;
}

void add_aggregator_rounds(Seeds& seeds) {
  const Bytes honest{8, 0, 0};      // a turn of everybody
  const Bytes but_one{8, 0, 0x82};  // but of the second member, and of the eighth, who is none
  const Bytes deadline{3, 0};
  const Bytes crash{6, 0};
  const Bytes all_connect{0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5};
  auto& all = seeds["aggregator_round"];
  // Uploads are granted two at a time.
  all.push_back(repeated(honest, 9));
  all.push_back(joined({all_connect, repeated(honest, 9)}));
  all.push_back(joined({honest, deadline, honest, deadline, repeated(but_one, 4), deadline,
                        repeated(honest, 3), deadline}));
  all.push_back(
      joined({honest, crash, all_connect, honest, crash, all_connect, honest, crash, all_connect,
              repeated(honest, 4), crash, all_connect, repeated(honest, 3)}));
  // Too few; then VOID.
  all.push_back(joined({repeated(honest, 5), deadline, deadline, deadline, repeated(honest, 3)}));
  // A full disk, and one that has room again.
  all.push_back(joined({honest, {7, 0, 0}, honest, {7, 0, 255}, repeated(honest, 8)}));
  // Lies: member 1's shares, member 2's answer.
  all.push_back(joined(
      {honest, {12, 0, 1, 1, 250, 0, 0, 0, 1, 150, 3, 9}, honest, deadline, repeated(honest, 6)}));
  all.push_back(joined(
      {repeated(honest, 7), {12, 0, 2, 5, 250, 0, 0, 0, 1, 10, 3}, repeated(honest, 2), deadline}));
}

void add_participant_rounds(Seeds& seeds) {
  auto& all = seeds["participant_round"];
  for (std::uint8_t phase = 0; phase < 8; ++phase) all.push_back({phase, 7, 0});
  // From the offer on, step by step: cohort, input, delivery, grant, sent, taken, survivors,
  // certificate, record.
  all.push_back({0, 0, 7, 6, 0, 1, 1, 7, 7, 0, 0,    7, 0, 0, 0, 2,
                 7, 1, 0, 7, 8, 0, 0, 7, 9, 0, 0xFF, 0, 0, 7, 3, 0});
  // One is left out of U3; then VOID is asked for; a message that was damaged.
  all.push_back({4, 7, 8, 0x84, 0, 7, 9, 0x84, 0xFF, 0x84, 0, 7, 2, 0});
  all.push_back({2, 7, 2, 0, 7, 8, 0, 0});
  all.push_back({1, 7, 6, 200, 0, 0, 0, 1, 0, 0, 0, 99, 0, 1});
}

void add_small_ones(Seeds& seeds) {
  seeds["uploads"] = {
      {0, 0, 0, 18, 0, 0, 0, 33, 3, 1, 30, 1, 2, 3, 4, 5, 6, 7, 8},
      {0, 0, 0, 6, 0, 0, 16, 1, 0, 11, 255, 9, 8, 7, 6, 5, 4, 3, 2, 1},
      {0, 0, 0, 62, 0, 0, 0, 5, 41, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 0, 3, 1, 1, 1}};
  seeds["chunks"] = {{0, 0, 6, 0, 3, 1, 2, 3, 0, 3, 4, 5, 6},
                     {0, 0, 6, 0, 4, 1, 2, 3, 4, 201, 0, 0, 0, 0, 0, 0, 0, 0, 2, 5, 6},
                     {1, 255, 255, 255, 255, 255, 255, 255, 255, 0, 2, 1, 2}};
  seeds["share_paths"] = {{1, 0, 0, 0, 6, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 9},
                          {1, 0, 0, 0, 0, 1},
                          {0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 3}};
  seeds["evidence"] = {
      {0, 0, 0, 0},
      {0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 1, 3},
      // Four entries of up to 4 MiB: more than a record holds.
      joined({{0, 0, 0, 4},
              repeated({0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 21, 0, 0, 0, 0, 1}, 4)})};
  auto& trips = seeds["round_trips"];
  for (std::uint8_t kind = 0; kind < 24; ++kind) trips.push_back({kind});
}

}  // namespace

void add_decisions(Seeds& seeds) {
  add_aggregator_rounds(seeds);
  add_participant_rounds(seeds);
  add_small_ones(seeds);
}

}  // namespace blindsum::fuzz
