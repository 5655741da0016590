// A blindsumd of our own, and what it costs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/bench/macro/process_meter.h"
#include "tests/e2e/harness/child.h"

namespace blindsum::bench {

class ServerProcess {
 public:
  // Its configuration is blindsumd.toml in the folder.
  ServerProcess(std::filesystem::path program, std::filesystem::path folder);

  // Returns the port once it listens. Throws std::runtime_error, with what it said, if it does not.
  std::uint16_t start();
  // Throws likewise if it has ended.
  void check();
  [[nodiscard]] ThreadTimes cpu();
  [[nodiscard]] std::uint64_t peak_memory();
  [[nodiscard]] std::string log() const;
  // Lets it end by itself.
  void stop();
  // From any thread, at any time: it is gone at once.
  void kill_now();

 private:
  const std::filesystem::path program_;
  const std::filesystem::path folder_;
  std::unique_ptr<e2e::Child> child_;
};

}  // namespace blindsum::bench
