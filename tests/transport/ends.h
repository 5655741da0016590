// Two TlsStreams that talk to each other over loopback, on one thread, and what their operations
// came to.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <optional>

#include "client/tls.h"
#include "crypto/bytes.h"
#include "server/tls.h"
#include "tests/server/temporary_folder.h"
#include "transport/tls_stream.h"

namespace blindsum {

// Of one operation, once it is done.
struct Outcome {
  bool done = false;
  boost::system::error_code error;
  std::size_t bytes = 0;

  // To be called by it.
  auto handler() {
    return [this](boost::system::error_code given, std::size_t count) {
      done = true;
      error = given;
      bytes = count;
    };
  }
};

class Ends {
 public:
  Ends();

  // Runs until both are done; false if that takes too long.
  bool run_until(const Outcome& one) { return run_until(one, one); }
  bool run_until(const Outcome& one, const Outcome& other);
  bool shake();  // the handshake of both
  void run_for(std::chrono::milliseconds time) {
    io_.restart();
    io_.run_for(time);
  }

  TlsStream& server() { return *server_; }
  TlsStream& client() { return *client_; }

 private:
  TemporaryFolder folder_;
  boost::asio::io_context io_{1};
  std::optional<TlsContext> server_context_;
  std::optional<ClientTls> client_context_;
  std::optional<TlsStream> server_;
  std::optional<TlsStream> client_;
};

}  // namespace blindsum
