#include "tests/e2e/harness/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace blindsum::e2e {
namespace {

constexpr int kNotStarted = 127;

// After fork(): nothing that takes a lock or memory.
[[noreturn]] void become(char* const* arguments, const char* folder, const char* output,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_DFL);
  if (::getppid() != parent) ::_exit(kNotStarted);
  const int in = ::open("/dev/null", O_RDONLY);
  const int out = ::open(output, O_WRONLY | O_CREAT | O_APPEND, 0644);
  const bool ready = in >= 0 && out >= 0 && ::dup2(in, STDIN_FILENO) >= 0 &&
                     ::dup2(out, STDOUT_FILENO) >= 0 && ::dup2(out, STDERR_FILENO) >= 0 &&
                     ::chdir(folder) == 0;
  if (ready) ::execvp(arguments[0], arguments);
  ::_exit(kNotStarted);
}

}  // namespace

Child::Child(const std::vector<std::string>& command, const std::filesystem::path& folder,
             std::filesystem::path output)
    : output_(std::move(output)) {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  id_ = ::fork();
  if (id_ == 0) become(arguments.data(), folder.c_str(), output_.c_str(), parent);
  if (id_ < 0) throw std::runtime_error("no process could be made");
}

Child::~Child() {
  kill();
}

void Child::signal(int number) {
  if (!status_) ::kill(id_, number);
}

void Child::kill() {
  if (status_) return;
  ::kill(id_, SIGKILL);
  if (!wait()) std::abort();  // the system does not even end it
}

std::optional<int> Child::wait(std::chrono::milliseconds limit) {
  const auto ended = [this] {
    int status = 0;
    if (!status_ && ::waitpid(id_, &status, WNOHANG) == id_) {
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return status_.has_value();
  };
  return wait_until(ended, limit) ? status_ : std::nullopt;
}

std::string Child::output() const {
  return read_text(output_);
}

std::size_t Child::count(std::string_view text) const {
  return count_lines(output(), text);
}

bool Child::says(std::string_view text, std::chrono::milliseconds limit) const {
  return wait_until([&] { return count(text) > 0; }, limit);
}

Finished run_command(const std::vector<std::string>& command, const std::filesystem::path& folder) {
  const auto output = folder / "command.out";
  std::filesystem::remove(output);
  Child child(command, folder, output);
  if (!child.wait()) child.kill();
  return {child.wait().value(), child.output()};
}

std::string read_text(const std::filesystem::path& file) {
  const std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::size_t count_lines(std::string_view text, std::string_view wanted) {
  std::size_t count = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (text.substr(0, end).find(wanted) != std::string_view::npos) ++count;
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return count;
}

}  // namespace blindsum::e2e
