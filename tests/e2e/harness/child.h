// A process of ours: started, watched, ended by its id and nothing else. What it writes goes to a
// file, so that nobody has to read along.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/harness/wait.h"

namespace blindsum::e2e {

class Child {
 public:
  // Program first; standard input is /dev/null, `output` gets both outputs at its end. To be called
  // on the test's main thread: the child is killed when the thread that started it ends.
  Child(const std::vector<std::string>& command, const std::filesystem::path& folder,
        std::filesystem::path output);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // SIGKILL, if it still runs.
  ~Child();

  pid_t id() const { return id_; }
  void signal(int number);
  // SIGKILL, as a power cut would; it is gone on return.
  void kill();
  // Its exit status once it has ended, 128 + the signal that ended it; nothing if it still runs
  // when the limit has passed.
  std::optional<int> wait(std::chrono::milliseconds limit = kPatience);
  bool runs() { return !wait(std::chrono::milliseconds(0)).has_value(); }

  std::string output() const;
  // Lines of the output that hold `text`.
  std::size_t count(std::string_view text) const;
  // Whether such a line comes in time, or is there.
  [[nodiscard]] bool says(std::string_view text, std::chrono::milliseconds limit = kPatience) const;

 private:
  pid_t id_ = -1;
  std::filesystem::path output_;
  std::optional<int> status_;
};

struct Finished {
  int status = 0;  // as Child::wait(); 128 + SIGKILL also if it did not end within kPatience
  std::string output;
};
// Runs it to its end.
Finished run_command(const std::vector<std::string>& command, const std::filesystem::path& folder);

std::string read_text(const std::filesystem::path& file);
std::size_t count_lines(std::string_view text, std::string_view wanted);

}  // namespace blindsum::e2e
