// Which page of the operator's port is whose, and who may have it. A page is a method, a path with
// {names} in it, and a function; pages are added by those that make them, before the port opens.
//
// Whoever may not use the port is told so before anything else, so that it learns nothing about
// what there is; /healthz and /readyz are for all.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/admin/access.h"
#include "server/admin/http.h"

namespace blindsum {

enum class PageFor { all, collectors, operators };  // collectors: of metrics
// What somebody may who asks, whatever for.
enum class CallBy { strangers, collectors, operators };

class AdminPages final : public AdminHandler {
 public:
  using Names = std::map<std::string, std::string, std::less<>>;
  using Make = std::function<AdminResponse(const AdminRequest&, const Names&)>;
  // A call that was answered, refused or turned away, for who watches.
  using Called = std::function<void(const AdminRequest&, const AdminResponse&, CallBy)>;

  explicit AdminPages(AdminAccess access) : access_(access) {}

  void add(PageFor whom, std::string method, std::string pattern, Make make);
  void on_call(Called called) { called_ = std::move(called); }

  // On the admin server's thread. Who listens to events has to come back and be asked anew.
  void use(const AdminAccess& access);

  std::optional<AdminResponse> refuse(const AdminRequest& head) override;
  AdminResponse answer(const AdminRequest& request) override;
  void turned_away(const AdminRequest& head, const AdminResponse& response) override;

 private:
  struct Page {
    PageFor whom;
    std::string method;
    std::vector<std::string> pattern;
    Make make;
  };
  struct Found {
    const Page* page = nullptr;
    Names names;
    std::string allowed;  // the methods that the path has
  };
  Found find(const AdminRequest& request) const;
  CallBy caller(const AdminRequest& head) const;
  bool allows(const AdminRequest& head, CallBy by) const;
  AdminResponse refusal(const AdminRequest& head) const;
  AdminResponse make(const AdminRequest& request) const;
  class Work;

  AdminAccess access_;
  // Becomes false when there is another access_, for the feeds that this one has let in.
  std::shared_ptr<bool> in_use_ = std::make_shared<bool>(true);
  std::vector<Page> pages_;
  Called called_ = [](const AdminRequest&, const AdminResponse&, CallBy) {};
};

}  // namespace blindsum
