#include "tests/server/running.h"

#include <stdexcept>
#include <utility>

namespace blindsum {

RunningServer::RunningServer(World& world, const std::string& configuration, Watcher& watcher)
    : config_(world.config(configuration)) {
  std::vector<ConfigProblem> problems;
  auto materials = load_materials(config_, problems);
  for (const auto& problem : problems) throw std::runtime_error(problem.line());
  std::string failure;
  server_ = Server::start(config_, *std::move(materials), clock_, world.entropy(), log_, failure,
                          watcher);
  if (!server_) throw std::runtime_error(failure);
  thread_ = std::thread([this] { server_->run(); });
}

RunningServer::~RunningServer() {
  server_->stop();
  if (thread_.joinable()) thread_.join();
}

void RunningServer::drain_and_wait() {
  server_->drain();
  thread_.join();
}

SocketMember::SocketMember(World& world, std::uint32_t position, std::uint16_t port,
                           std::optional<ParticipantPhase> dies_at)
    : member_(world, position) {
  member_.dies_at = dies_at;
  thread_ = std::thread([this, port] { run(port); });
}

SocketMember::~SocketMember() {
  stop();
}

const TestMember& SocketMember::stop() {
  stopped_ = true;
  disconnect();
  if (thread_.joinable()) thread_.join();
  return member_;
}

void SocketMember::disconnect() {
  const std::lock_guard lock(mutex_);
  if (client_) client_->shut_down();
}

bool SocketMember::wait(const std::function<bool(const TestMember&)>& satisfied) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return satisfied(member_); });
}

void SocketMember::run(std::uint16_t port) {
  while (!stopped_) {
    const auto client = std::make_shared<SocketClient>(port);
    {
      const std::lock_guard lock(mutex_);
      client_ = client;
    }
    if (client->is_open() && !converse(*client)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const std::lock_guard lock(mutex_);
  client_.reset();
}

// Whether to connect again.
bool SocketMember::converse(SocketClient& client) {
  while (!stopped_) {
    const auto frame = client.receive();
    if (!frame) return true;
    std::vector<Bytes> answers;
    {
      const std::lock_guard lock(mutex_);
      answers = member_.take(*frame, client.exporter());
      changed_.notify_all();
      if (member_.session_error) return false;
    }
    for (const auto& answer : answers) {
      if (!client.send(answer)) return true;
    }
    const std::lock_guard lock(mutex_);
    if (member_.dead) return false;
  }
  return false;
}

Crowd make_crowd(World& world, std::uint16_t port, std::uint32_t from, std::uint32_t to) {
  Crowd crowd;
  for (std::uint32_t i = from; i < to; ++i) {
    crowd.push_back(std::make_unique<SocketMember>(world, i, port));
  }
  return crowd;
}

bool wait_for_error(SocketMember& member, Reason reason) {
  return member.wait([=](const TestMember& seen) { return seen.session_error == reason; });
}

bool wait_for_records(Crowd& crowd, std::size_t count) {
  for (const auto& member : crowd) {
    if (!member->wait_for_records(count)) return false;
  }
  return true;
}

}  // namespace blindsum
