#include "tests/e2e/harness/scene.h"

#include <fmt/core.h>
#include <signal.h>

#include <fstream>
#include <stdexcept>

namespace blindsum::e2e {
namespace {

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

std::string task_table(const TaskSpec& task) {
  return fmt::format(R"(
[[task]]
name = "{}"
tensors = {}
codec = {}
n_min = {}
n_max = {}
max_corrupt = {}
delta = "{}"
time_limits = {{ advertise = "{}", share = "{}", mask = "{}", attest = "{}", unmask = "{}" }}
rounds = {}
gather = "{}"
retry_pause = "{}"
{}
)",
                     kTask, task.tensors, task.codec, task.n_min == 0 ? task.n : task.n_min, task.n,
                     task.max_corrupt, task.delta, task.advertise, task.share, task.mask,
                     task.attest, task.unmask, task.rounds, task.gather, task.retry_pause,
                     task.more);
}

TaskSpec five_or_four() {
  TaskSpec task;
  task.n_min = 4;
  task.gather = "60s";
  task.delta = "0%";  // of 4 none may drop; of 5 one may all the same, 4 are a quorum
  return task;
}

Scene::Scene(const TaskSpec& task, const std::string& limits, const std::string& roster) {
  const auto& keys = Keys::instance();
  write_text(configuration(),
             fmt::format(R"([listen]
address = "127.0.0.1"
port = 0
certificate = "{}"
key = "{}"

[aggregator]
key = "{}"
roster = "{}"
authority = "{}"
results = "results"

[process]
allow_root = true

[limits]
drain = "30s"
close_time = "2s"
{}
)",
                         keys.path("server.crt").string(), keys.path("server.key").string(),
                         keys.secret_file("aggregator").string(), keys.path(roster).string(),
                         keys.hex("authority"), limits) +
                 task_table(task));
}

void Scene::start(const std::vector<std::string>& before) {
  const auto port_file = path("port");
  std::filesystem::remove(port_file);
  server_.reset();
  auto command = before;
  for (const auto& word :
       {blindsumd_program(), std::string("--config"), std::string("blindsumd.toml"),
        std::string("--port-file"), std::string("port"), std::string("--verbose")}) {
    command.push_back(word);
  }
  server_.emplace(command, folder(), path("blindsumd.log"));
  const bool listens =
      wait_until([&] { return std::filesystem::exists(port_file) || !server_->runs(); });
  if (!listens || !server_->runs()) throw std::runtime_error("blindsumd did not start:\n" + log());
  port_ = static_cast<std::uint16_t>(std::stoul(read_text(port_file)));
}

void Scene::keep_port() {
  edit_configuration("port = 0", fmt::format("port = {}", port_));
}

std::optional<int> Scene::stop() {
  server_->signal(SIGTERM);
  return server_->wait();
}

bool Scene::logs(std::string_view text, std::chrono::milliseconds limit) const {
  return wait_until([&] { return count_lines(log(), text) > 0; }, limit);
}

ParticipantOptions Scene::options(const std::string& name) const {
  return participant_options(Keys::instance().folder(), folder(), name, port_);
}

void Scene::write(const std::string& name, ByteView bytes) const {
  write_text(path(name), std::string(bytes.begin(), bytes.end()));
}

void Scene::edit_configuration(const std::string& from, const std::string& to) {
  auto text = read_text(configuration());
  const auto place = text.find(from);
  if (place == std::string::npos) throw std::runtime_error("no '" + from + "' to replace");
  write_text(configuration(), text.replace(place, from.size(), to));
}

}  // namespace blindsum::e2e
