#include "tests/bench/macro/cleanup.h"

#include <cstdlib>

namespace blindsum::bench {
namespace {

constexpr int kSignalled = 128;  // and the signal, as shells have it

}  // namespace

Cleanup::Cleanup(ServerProcess& server, const WorkFolder& folder)
    : signals_([&server, &folder](int signal) {
        server.kill_now();
        folder.remove();
        std::_Exit(kSignalled + signal);
      }) {}

}  // namespace blindsum::bench
