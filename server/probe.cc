#include "server/probe.h"

#include <fmt/core.h>

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <iterator>

namespace blindsum {
namespace {

constexpr std::chrono::seconds kLimit{3};

}  // namespace

Probe probe(const AdminConfig& config, std::string_view path) {
  if (!config.port) return {false, "[admin] has no port, so nothing can be asked"};
  boost::asio::ip::tcp::iostream stream;
  stream.expires_after(kLimit);
  stream.connect(config.address, std::to_string(*config.port));
  stream << fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path)
         << std::flush;
  std::string version;
  unsigned status = 0;
  stream >> version >> status;
  if (!stream) return {false, stream.error().message()};
  const std::string answer(std::istreambuf_iterator<char>(stream), {});
  const auto body = answer.find("\r\n\r\n");
  auto text = body == std::string::npos ? "" : answer.substr(body + 4);
  while (text.ends_with('\n')) text.pop_back();
  return {status == 200, fmt::format("{} {}", status, text)};
}

}  // namespace blindsum
