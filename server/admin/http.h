// What is asked on the operator's port and what is answered, without the library that moves it: so
// that the pages know nothing of Beast, which takes half a minute to compile.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/result.h"

namespace blindsum {

struct AdminRequest {
  std::string method;  // "GET"
  std::string path;    // without query, escapes resolved
  std::map<std::string, std::string, std::less<>> query;
  std::string authorization;  // the header's value, or empty
  std::string last_event_id;  // likewise, of server-sent events
  std::string if_none_match;  // likewise
  std::string host;           // likewise: whom the client believes to ask
  std::string origin;         // likewise, of a browser: the page that asks
  std::string body;           // empty until it may be read
  std::string peer;           // "127.0.0.1:40000"
  bool certified = false;     // the client has shown a certificate, and TLS has verified it
  std::string subject;        // that certificate's, or empty
};

// A stream of server-sent events. All calls on the admin server's thread.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  // What has come since the last call, as it goes out; empty if nothing has. Nothing: it is over.
  virtual std::optional<std::string> take() = 0;
};

struct AdminResponse;

// An answer that takes longer than others can be kept waiting for. On the admin server's thread,
// where they are answered between two calls.
class AdminWork {
 public:
  virtual ~AdminWork() = default;
  // A few milliseconds of it. The answer, once it is there; it is not called again then.
  virtual std::optional<AdminResponse> go_on() = 0;
};

struct AdminResponse {
  unsigned status = 200;  // 0: it is cut, and nothing is said
  std::string content_type = "application/json";
  std::string body;
  std::filesystem::path file = {};            // sent instead of the body, if not empty
  std::shared_ptr<EventFeed> feed = nullptr;  // likewise
  std::shared_ptr<AdminWork> work = nullptr;  // to be done first: its answer is sent, and not this
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string error = {};  // the name that the body says, for who watches
};

// {"error":"not_found"}, and what it is about.
[[nodiscard]] AdminResponse error_response(unsigned status, std::string_view name,
                                           std::string_view detail = "");

// Who answers. All calls on the admin server's thread.
class AdminHandler {
 public:
  virtual ~AdminHandler() = default;
  // Before the body is read: why it is not going to be, if so.
  virtual std::optional<AdminResponse> refuse(const AdminRequest& head) = 0;
  virtual AdminResponse answer(const AdminRequest& request) = 0;
  // It came to no request that could be answered: what is known of it, and what it was told.
  virtual void turned_away(const AdminRequest& head, const AdminResponse& response) = 0;
};

// `peer` was cut before there was a request.
void tell_cut(AdminHandler& handler, std::string peer, const Error& why);

// Path and query of a request's target. Nothing if an escape in it is broken, or if it has a
// control character.
[[nodiscard]] bool parse_target(std::string_view target, AdminRequest& request);

}  // namespace blindsum
