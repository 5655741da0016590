#include "tests/bench/machine.h"

#include <boost/json.hpp>
#include <fstream>
#include <string>
#include <thread>

#include "crypto/mask_kernel.h"

namespace blindsum::bench {
namespace {

// As Linux calls it; on machines that have no such line, nothing.
std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

}  // namespace

boost::json::object machine_json() {
  return {{"processor", processor_name()},
          {"processors", std::thread::hardware_concurrency()},
          {"mask_kernel", active_mask_kernel().name}};
}

}  // namespace blindsum::bench
