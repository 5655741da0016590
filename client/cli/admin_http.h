// One request to the operator's port of a blindsumd.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace blindsum::cli {

struct AdminPlace {
  std::string url = "http://127.0.0.1:9443";  // http or https, host, port; nothing after
  std::string token_file;                     // empty: none
  std::string ca;                             // PEM; empty: the system's
  std::string certificate;                    // of the operator, with its key; empty: none
  std::string key;
};

struct AdminUrl {
  bool tls = false;
  std::string host;
  std::string port;
};
// Nothing if it is none.
[[nodiscard]] std::optional<AdminUrl> parse_admin_url(std::string_view text);

struct AdminAnswer {
  unsigned status = 0;
  std::string content_type;
  std::string body;
};

// A piece of an answer that has no end; false ends it.
using TakePiece = std::function<bool(std::string_view)>;

// `url` is the place's, parsed. `problem` says what is wrong, if there is no answer. With `take`
// the body is handed over as it comes, and not kept, if the status is 200.
[[nodiscard]] std::optional<AdminAnswer> ask_admin(const AdminPlace& place, const AdminUrl& url,
                                                   const std::string& method,
                                                   const std::string& target,
                                                   const std::string& body, const TakePiece& take,
                                                   std::string& problem);

}  // namespace blindsum::cli
