// The place of one test: a folder with the configuration of one task, a blindsumd over it, state
// folders of participants. All keys are those of Keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/harness/child.h"
#include "tests/e2e/harness/keys.h"
#include "tests/e2e/harness/options.h"
#include "tests/server/temporary_folder.h"

namespace blindsum::e2e {

// The task's table of the configuration; texts are TOML.
struct TaskSpec {
  std::string tensors = R"([{ name = "v", shape = [4] }])";
  std::string codec = R"({ kind = "count", bound = 1000000 })";
  // A round starts as soon as n wait. Of 5, with these bounds, one may drop and 4 have to stay.
  std::uint32_t n = 5;
  std::uint32_t n_min = 0;  // if it is to be less; then `gather` decides
  std::string gather = "0s";
  std::string retry_pause = "0s";
  std::uint32_t max_corrupt = 1;
  std::string delta = "20%";
  // Long enough never to be reached, if the test is not about that.
  std::string advertise = "60s", share = "60s", mask = "60s", attest = "60s", unmask = "60s";
  std::uint64_t rounds = 1;
  std::string more;  // further lines
};

std::string task_table(const TaskSpec& task);
// For rounds of five, one of which refuses: it may do so before there is a cohort.
TaskSpec five_or_four();

class Scene {
 public:
  // `limits` are lines of [limits]; `roster` is a file of Keys.
  explicit Scene(const TaskSpec& task, const std::string& limits = "",
                 const std::string& roster = "roster.bsr");

  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  std::filesystem::path results() const { return folder_ / "results" / kTask; }
  std::filesystem::path state() const { return folder_ / "results" / ".state"; }

  // Starts blindsumd, again if it has ended; it listens when this returns. `before` are words to
  // put before the command, for a program that becomes it.
  void start(const std::vector<std::string>& before = {});
  // From the next start on it listens where it listens now.
  void keep_port();
  Child& server() { return *server_; }
  std::uint16_t port() const { return port_; }
  // SIGTERM; the exit status.
  std::optional<int> stop();
  std::string log() const { return read_text(path("blindsumd.log")); }
  // Whether the server's log has, or gets, a line with this text.
  [[nodiscard]] bool logs(std::string_view text, std::chrono::milliseconds limit = kPatience) const;

  // A participant of this scene, without a callback. The identity's state survives with the scene.
  ParticipantOptions options(const std::string& name) const;

  // A file in the folder.
  void write(const std::string& name, ByteView bytes) const;
  // Replaces text in the configuration; throws if it is not there.
  void edit_configuration(const std::string& from, const std::string& to);
  std::filesystem::path configuration() const { return path("blindsumd.toml"); }

 private:
  TemporaryFolder folder_;
  std::optional<Child> server_;
  std::uint16_t port_ = 0;
};

}  // namespace blindsum::e2e
