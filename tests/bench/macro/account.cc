#include "tests/bench/macro/account.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace blindsum::bench {
namespace {

// The parts explain what they can; the rest is what is left of what was measured.
Account conclude(std::vector<Part> parts, double total_s, double tls_s) {
  Account account;
  account.total_s = total_s;
  account.but_tls_s = total_s - tls_s;
  double explained_s = 0;
  for (const Part& part : parts) {
    explained_s += part.cpu_s;
    account.limit_s += part.limit_s;
  }
  account.parts = std::move(parts);
  account.parts.push_back({"rest", total_s - explained_s, 0});
  return account;
}

// The limit is the cost itself where a library computes what there is no faster way for.
Part plain(std::string name, double cpu_s) {
  return {std::move(name), cpu_s, cpu_s};
}

Part mask_part(const Plan& plan, const UnitCosts& costs, double streams) {
  const double bytes = streams * static_cast<double>(plan.accumulator_bytes());
  return {"masks", bytes * costs.mask_byte_s, bytes * costs.mask_limit_byte_s};
}

}  // namespace

RecoveryWork estimate_recovery(const Plan& plan, const Standing& standing) {
  const double dropped = standing.u2 - standing.u3;
  const double beside = plan.neighbours() * standing.u3 / std::max(1U, plan.n() - 1);
  RecoveryWork work;
  work.rebuilt_secrets = standing.u2;
  work.key_agreements = dropped * beside;
  work.mask_streams = standing.u3 + work.key_agreements;
  return work;
}

std::optional<RecoveryWork> logged_recovery(const std::string& log) {
  const auto place = log.find("unmasked in ");
  if (place == std::string::npos) return std::nullopt;
  RecoveryWork work;
  const int read = std::sscanf(log.c_str() + place,
                               "unmasked in %*u ms: %lf secrets, %lf key agreements, %lf mask",
                               &work.rebuilt_secrets, &work.key_agreements, &work.mask_streams);
  if (read != 3) return std::nullopt;
  work.counted = true;
  return work;
}

Account aggregator_account(const Plan& plan, const Standing& standing, const RecoveryWork& work,
                           const UnitCosts& costs, double total_s, double io_s) {
  const double n = plan.n();
  const double u3 = standing.u3;
  // Adverts; of each member the root of its shares; receipts, attestations, answers.
  const double verified = 2 * n + 3 * u3;
  // Three of an advert.
  const double points = 3 * n;
  const double elements = u3 * static_cast<double>(plan.options.length);
  const double bytes = standing.participant.both_bytes();
  std::vector<Part> parts;
  parts.push_back(mask_part(plan, costs, work.mask_streams));
  parts.push_back(plain("key agreement", work.key_agreements * (costs.agree_s + costs.derive_s)));
  parts.push_back(plain("signatures", verified * costs.verify_s));
  // On the complete graph nearly all dealers have the same holders, else each has its own. Each
  // rebuilt secret is held against its point.
  const double sets = plan.complete() ? 1 : work.rebuilt_secrets;
  const double rebuilding_s =
      sets * costs.interpolate_s + work.rebuilt_secrets * (costs.combine_s + costs.base_s);
  parts.push_back(plain("sharing", rebuilding_s));
  parts.push_back(plain("point checks", points * costs.point_s));
  parts.push_back(plain("adding", elements * costs.unpack_element_s));
  // The I/O thread does nothing else: sockets, TLS, WebSocket.
  parts.push_back({"TLS", io_s, std::min(io_s, n * bytes * costs.tls_byte_s)});
  return conclude(std::move(parts), total_s, io_s);
}

double undone_by_dropout_s(const Plan& plan, const Standing& standing, const UnitCosts& costs) {
  const double neighbours = plan.neighbours() * standing.u2 / plan.n();
  // Receipts of in-neighbours, certificate.
  const double verified = (1.0 + static_cast<double>(plan.graph.k) / plan.n()) * standing.u3;
  return mask_part(plan, costs, neighbours + 1).cpu_s + verified * costs.verify_s +
         static_cast<double>(plan.options.length) * costs.encode_element_s +
         static_cast<double>(plan.vector_bytes()) * costs.tls_byte_s;
}

Account participant_account(const Plan& plan, const Standing& standing, const UnitCosts& costs,
                            double total_s) {
  const double n = plan.n();
  const double k = plan.graph.k;
  const double in = k;  // in the mean as many picked it as it picks
  const double neighbours = plan.neighbours() * standing.u2 / n;
  const double u3 = standing.u3;
  const auto length = static_cast<double>(plan.options.length);
  // Every advert and the certificate; of neighbours the root of their shares, of in-neighbours the
  // receipt; offer and record.
  const double verified = n + u3 + neighbours + in * u3 / n + 2;
  constexpr double signed_ = 5;
  const double agreements = neighbours + 2 * k;  // masks; channels out and in
  const double tls_s = standing.survivor.both_bytes() * costs.tls_byte_s;
  std::vector<Part> parts;
  parts.push_back(mask_part(plan, costs, neighbours + 1));
  parts.push_back(plain("key agreement", agreements * (costs.agree_s + costs.derive_s)));
  parts.push_back(plain("signatures", verified * costs.verify_s + signed_ * costs.sign_s));
  // Two polynomials; two tags of each item that goes out, and of each that came in.
  parts.push_back(
      plain("sharing", 2 * costs.split_s + 2 * (k + in) * costs.base_s + (k + in) * costs.seal_s));
  // Three of each advert.
  parts.push_back(plain("point checks", 3 * n * costs.point_s));
  parts.push_back(plain("encoding", length * costs.encode_element_s));
  parts.push_back(plain("TLS", tls_s));
  return conclude(std::move(parts), total_s, tls_s);
}

}  // namespace blindsum::bench
