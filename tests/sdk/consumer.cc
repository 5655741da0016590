// A participant's program as somebody else would write it: installed headers only. In a folder with
// keys, a roster and a CA it runs as a coroutine beside another one, and stops after its first try
// to connect; nobody is there. In any other folder it says what is missing.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <iostream>
#include <string>

#include "client/error.h"
#include "client/participant.h"

namespace asio = boost::asio;

blindsum::VerifyKey read_key(const std::string& file) {
  std::string digits;
  std::ifstream(file) >> digits;
  const auto bytes = blindsum::from_hex(digits);
  const auto key = bytes ? blindsum::VerifyKey::from(*bytes) : bytes.error();
  return key ? *key : blindsum::VerifyKey();
}

asio::awaitable<void> take_part(blindsum::Participant& participant) {
  auto running = participant.async_run();
  const blindsum::Result<blindsum::RunSummary> summary = co_await std::move(running);
  if (summary) {
    std::cout << "left after " << summary->completed << " rounds\n";
  } else {
    std::cout << "ended: " << summary.error().message() << '\n';
  }
}

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  blindsum::ParticipantOptions options;
  options.endpoint = {
      .host = "localhost", .port = 1, .ca_file = folder + "/ca.pem", .server_name = {}};
  options.state_folder = folder + "/state";
  options.identity_file = folder + "/north.key";
  options.roster_file = folder + "/roster.bsr";
  options.authority_key = read_key(folder + "/authority.pub");
  options.policy.aggregator_key = read_key(folder + "/aggregator.pub");
  options.policy.tasks = {"counts"};
  options.task = "counts";
  options.on_round = [](const blindsum::RoundOffer& offer, blindsum::ByteView) {
    const auto values = offer.schema.values();
    return std::optional(blindsum::Update{std::vector<std::int64_t>(values ? *values : 0, 1)});
  };
  blindsum::Participant* self = nullptr;
  options.on_progress = [&](const blindsum::Progress& progress) {
    if (progress.kind == blindsum::ProgressKind::disconnected) self->stop();
  };
  auto participant = blindsum::Participant::create(std::move(options));
  if (!participant) {
    const bool local = blindsum::cause_of(participant.error()) != participant.error();
    std::cout << "refused: " << participant.error().message() << (local ? " (a file)\n" : "\n");
    return 0;
  }
  self = &*participant;
  asio::io_context io;
  auto part = take_part(*participant);
  asio::co_spawn(io, std::move(part), asio::detached);
  io.run();
  return 0;
}
