// The roster, and how reliable its members have been.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "server/admin/api.h"

namespace blindsum {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMostAtOnce = 1000;
constexpr std::uint64_t kMostMembers = std::uint64_t{1} << 32;

AdminResponse roster_page(const ApiContext& context) {
  const auto& roster = context.server.roster();
  json::object page{{"epoch", roster.epoch()},
                    {"hash", json::string(to_hex(roster.hash().view()))},
                    {"authority", json::string(roster.content().authority)},
                    {"authority_key", json::string(to_hex(roster.authority_key().view()))},
                    {"members", roster.members().size()},
                    {"expired", roster_expired(roster, context.clock.wall_now())}};
  page["not_after"] =
      roster.not_after() == 0 ? json::value() : json::value(time_text(roster.not_after()));
  return json_response(page);
}

json::object to_json(const RosterMember& member, const Reliability& reliability, bool connected) {
  const auto rounds = reliability.answered + reliability.dropped;
  json::object entry{{"index", member.index},
                     {"name", json::string(member.name)},
                     {"key", json::string(to_hex(member.key.view()))},
                     {"connected", connected},
                     {"answered", reliability.answered},
                     {"dropped", reliability.dropped},
                     {"last_reason", json::string(reliability.last_reason)}};
  // Of the rounds that it was in; nothing is known of one that was in none.
  entry["reliability"] =
      rounds == 0
          ? json::value()
          : json::value(static_cast<double>(reliability.answered) / static_cast<double>(rounds));
  return entry;
}

AdminResponse members_page(const ApiContext& context, const AdminRequest& request) {
  AdminResponse problem;
  const auto limit = number_in(request, "limit", kMostAtOnce, 1, kMostAtOnce, problem);
  if (!limit) return problem;
  const auto offset = number_in(request, "offset", 0, 0, kMostMembers, problem);
  if (!offset) return problem;
  const auto& members = context.server.roster().members();
  auto reliability = context.board.reliability();
  const auto sessions = context.board.sessions();
  json::array list;
  const auto end = std::min<std::uint64_t>(members.size(), *offset + *limit);
  for (auto i = *offset; i < end; ++i) {
    const auto& member = members[i];
    list.push_back(to_json(member, reliability[member.index], sessions.contains(member.index)));
  }
  return json_response({{"total", members.size()}, {"members", std::move(list)}});
}

}  // namespace

void add_roster_pages(AdminPages& pages, const ApiContext& context) {
  pages.add(PageFor::operators, "GET", "/v1/roster",
            [context](const auto&, const auto&) { return roster_page(context); });
  pages.add(PageFor::operators, "GET", "/v1/members",
            [context](const auto& request, const auto&) { return members_page(context, request); });
}

}  // namespace blindsum
