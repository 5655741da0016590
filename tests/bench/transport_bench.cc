// What it costs the aggregator to receive a gigabyte, beside what it costs to receive it and throw
// it away: raw TLS, TLS with WebSocket, and blindsumd with members of the SDK. Medians of several
// runs that take turns, so that whatever else the machine does falls on all of them.
//   transport_bench BLINDSUMD [ELEMENTS [RUNS]]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "crypto/init.h"
#include "tests/bench/tls_sink.h"
#include "tests/bench/upload_cost.h"

namespace {

using blindsum::bench::SinkKind;

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void measure(const std::string& program, std::uint64_t elements, int runs) {
  constexpr std::uint64_t sink_bytes = std::uint64_t{640} << 20;
  std::vector<double> tls, websocket, paced, sockets, all, ratio;
  for (int run = 0; run < runs; ++run) {
    tls.push_back(measure_tls_sink(SinkKind::tls, sink_bytes).cpu_s_per_gb());
    websocket.push_back(measure_tls_sink(SinkKind::websocket, sink_bytes).cpu_s_per_gb());
    paced.push_back(measure_tls_sink(SinkKind::paced_websocket, sink_bytes).cpu_s_per_gb());
    for (const auto& cost : blindsum::bench::measure_uploads(program, elements, 6)) {
      const double gigabytes = static_cast<double>(cost.bytes) / 1e9;
      sockets.push_back(cost.cpu.io_s / gigabytes);
      all.push_back((cost.cpu.io_s + cost.cpu.pool_s) / gigabytes);
      ratio.push_back(all.back() / paced.back());
    }
    std::printf(
        "run %d: TLS %.3f, with WebSocket %.3f, paced %.3f, blindsumd %.3f (of it sockets %.3f)\n",
        run + 1, tls.back(), websocket.back(), paced.back(), all.back(), sockets.back());
    std::fflush(stdout);
  }
  std::printf("\nCPU seconds per GB received, medians\n");
  std::printf("  %-44s %.3f\n", "sink: TLS", median(tls));
  std::printf("  %-44s %.3f\n", "sink: TLS and WebSocket", median(websocket));
  std::printf("  %-44s %.3f\n", "sink: the same, at the pace of masking", median(paced));
  std::printf("  %-44s %.3f\n", "blindsumd: thread of the sockets", median(sockets));
  std::printf("  %-44s %.3f\n", "blindsumd: all, vectors added to the sum", median(all));
  std::printf("  %-44s %.2f\n", "blindsumd: all / sink at that pace", median(ratio));
  std::printf("  %-44s %.2f\n", "blindsumd: sockets / sink at that pace",
              median(sockets) / median(paced));
  std::printf("handshakes with upgrade, a CPU second: %.0f\n",
              blindsum::bench::handshakes_per_cpu_second(1000));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || !blindsum::init_crypto()) {
    std::fprintf(stderr, "transport_bench BLINDSUMD [ELEMENTS [RUNS]]\n");
    return 2;
  }
  const std::uint64_t elements = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 4'000'000;
  const int runs = argc > 3 ? std::atoi(argv[3]) : 5;
  try {
    measure(argv[1], elements, runs);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    return 1;
  }
  return 0;
}
