#include "server/admin/pages.h"

#include <exception>
#include <utility>

namespace blindsum {
namespace {

std::vector<std::string> pieces_of(std::string_view path) {
  std::vector<std::string> pieces;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const auto end = path.find('/');
    pieces.emplace_back(path.substr(0, end));
    path = end == std::string_view::npos ? "" : path.substr(end);
  }
  return pieces;
}

bool is_name(const std::string& piece) {
  return piece.starts_with('{');
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
             AdminPages::Names& names) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!is_name(pattern[i]) && pattern[i] != path[i]) return false;
    if (is_name(pattern[i])) names[pattern[i].substr(1, pattern[i].size() - 2)] = path[i];
  }
  return true;
}

// A browser sends the operator's certificate along with whatever any page asks for, and says whose
// page it is.
bool is_of_another_page(const AdminRequest& head) {
  if (head.method == "GET" || head.method == "HEAD" || head.origin.empty()) return false;
  return head.origin != "https://" + head.host && head.origin != "http://" + head.host;
}

template <class Make>
auto or_internal_error(const Make& make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::exception& exception) {
    return error_response(500, "internal_error", exception.what());
  }
}

class WhileInUse final : public EventFeed {
 public:
  WhileInUse(std::shared_ptr<EventFeed> feed, std::shared_ptr<const bool> in_use)
      : feed_(std::move(feed)), in_use_(std::move(in_use)) {}
  std::optional<std::string> take() override { return *in_use_ ? feed_->take() : std::nullopt; }

 private:
  const std::shared_ptr<EventFeed> feed_;
  const std::shared_ptr<const bool> in_use_;
};

}  // namespace

void AdminPages::use(const AdminAccess& access) {
  access_ = access;
  *std::exchange(in_use_, std::make_shared<bool>(true)) = false;
}

void AdminPages::add(PageFor whom, std::string method, std::string pattern, Make make) {
  pages_.push_back({whom, std::move(method), pieces_of(pattern), std::move(make)});
}

AdminPages::Found AdminPages::find(const AdminRequest& request) const {
  Found found;
  const auto path = pieces_of(request.path);
  for (const auto& page : pages_) {
    Names names;
    if (!matches(page.pattern, path, names)) continue;
    if (page.method == request.method) {
      found.page = &page;
      found.names = std::move(names);
      found.allowed.clear();
      return found;
    }
    found.allowed += (found.allowed.empty() ? "" : ", ") + page.method;
    if (page.whom == PageFor::all) found.page = &page;  // so that 405 is said to all
  }
  return found;
}

CallBy AdminPages::caller(const AdminRequest& head) const {
  if (access_.allows(head.authorization, head.certified)) return CallBy::operators;
  return access_.allows_metrics(head.authorization, head.certified) ? CallBy::collectors
                                                                    : CallBy::strangers;
}

bool AdminPages::allows(const AdminRequest& head, CallBy by) const {
  const auto found = find(head);
  const auto whom = found.page == nullptr ? PageFor::operators : found.page->whom;
  if (whom == PageFor::all) return true;
  return by == CallBy::operators || (by == CallBy::collectors && whom == PageFor::collectors);
}

std::optional<AdminResponse> AdminPages::refuse(const AdminRequest& head) {
  const auto by = caller(head);
  const bool is_allowed = allows(head, by);
  if (is_allowed && !is_of_another_page(head)) return std::nullopt;
  auto response = is_allowed ? error_response(403, "other_origin") : refusal(head);
  called_(head, response, by);
  return response;
}

AdminResponse AdminPages::refusal(const AdminRequest& head) const {
  if (!access_.exists()) {
    return error_response(403, "no_access_configured", "[admin] has no token");
  }
  if (access_.needs_certificate() && !head.certified) {
    return error_response(403, "certificate_required", "one that client_ca of [admin] has signed");
  }
  auto response = error_response(401, "unauthorized");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

// Tells what came of it once it is known.
class AdminPages::Work final : public AdminWork {
 public:
  using Tell = std::function<void(const AdminResponse&)>;

  Work(std::shared_ptr<AdminWork> work, Tell tell)
      : work_(std::move(work)), tell_(std::move(tell)) {}
  std::optional<AdminResponse> go_on() override {
    auto done = or_internal_error([this] { return work_->go_on(); });
    if (done) tell_(*done);
    return done;
  }

 private:
  const std::shared_ptr<AdminWork> work_;
  const Tell tell_;
};

AdminResponse AdminPages::answer(const AdminRequest& request) {
  auto response = make(request);
  if (response.feed) response.feed = std::make_shared<WhileInUse>(response.feed, in_use_);
  const auto by = caller(request);
  if (response.work) {
    response.work = std::make_shared<Work>(
        response.work, [this, request, by](const auto& done) { called_(request, done, by); });
  } else {
    called_(request, response, by);
  }
  return response;
}

void AdminPages::turned_away(const AdminRequest& head, const AdminResponse& response) {
  called_(head, response, caller(head));
}

AdminResponse AdminPages::make(const AdminRequest& request) const {
  const auto found = find(request);
  if (!found.allowed.empty()) {
    auto response = error_response(405, "method_not_allowed");
    response.headers.emplace_back("Allow", found.allowed);
    return response;
  }
  if (found.page == nullptr) return error_response(404, "not_found");
  return or_internal_error([&] { return found.page->make(request, found.names); });
}

}  // namespace blindsum
