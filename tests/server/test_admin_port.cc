// Parts of the operator's port by themselves: places, the feed of events, who may go on listening.
#include <doctest/doctest.h>

#include <boost/asio/ip/address.hpp>

#include "server/admin/event_stream.h"
#include "server/admin/pages.h"
#include "server/admin/places.h"

namespace blindsum {
namespace {

boost::asio::ip::address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

unsigned take_all(AdminPlaces& places, const char* from) {
  unsigned taken = 0;
  while (places.take(address(from))) ++taken;
  return taken;
}

TEST_CASE("places: one address leaves some to others, and all others some to this machine") {
  AdminPlaces places;
  CHECK(take_all(places, "192.0.2.1") == AdminPlaces::kMostOfOne);
  CHECK(take_all(places, "::ffff:192.0.2.1") == 0);
  CHECK(take_all(places, "192.0.2.2") == AdminPlaces::kMostOfOne);
  CHECK(take_all(places, "192.0.2.3") == 0);
  CHECK(take_all(places, "127.0.0.1") == AdminPlaces::kForLoopback);
  CHECK(take_all(places, "::1") == 0);
  places.leave(address("127.0.0.1"));
  CHECK(take_all(places, "192.0.2.3") == 0);
  CHECK(take_all(places, "::ffff:127.0.0.1") == 1);
  places.leave(address("192.0.2.1"));
  CHECK(take_all(places, "192.0.2.3") == 1);
}

TEST_CASE("places: an address of IPv6 is its /64") {
  AdminPlaces places;
  CHECK(take_all(places, "2001:db8::1") == AdminPlaces::kMostOfOne);
  CHECK(take_all(places, "2001:db8::2") == 0);
  CHECK(take_all(places, "2001:db8:0:1::1") > 0);
}

// What a listener that comes with this Last-Event-ID hears first.
std::string heard(EventStream& stream, const std::string& last_event_id) {
  AdminRequest request;
  request.last_event_id = last_event_id;
  return stream.page(request).feed->take().value();
}

std::string number_in(const std::string& text) {
  const auto at = text.find("id: ");
  return at == std::string::npos ? "" : text.substr(at + 4, text.find('\n', at) - at - 4);
}

void change(EventStream& stream, std::uint64_t completed) {
  stream.see(TaskChanged{"t", TaskState::gathering, 0, completed, ""});
}

TEST_CASE("events: what a former process has said is lost, and that is told") {
  EventStream former(1000);
  for (int i = 0; i < 7; ++i) change(former, 0);
  const auto last = std::to_string(1000 * 1'000'000 + 7);
  CHECK(heard(former, last) == ": blindsum\n\n");

  EventStream stream(1001);
  CHECK(heard(stream, last).find("event: lost") != std::string::npos);  // with nothing kept yet
  for (int i = 0; i < 9; ++i) change(stream, 1);
  CHECK(heard(stream, last).find("event: lost") != std::string::npos);
  CHECK(heard(stream, "0").find("event: lost") != std::string::npos);
  CHECK(heard(stream, "9000000000000000").find("event: lost") != std::string::npos);
}

TEST_CASE("events: of this process nothing is lost that it still has") {
  EventStream stream(1000);
  const auto none = std::to_string(1000 * 1'000'000);
  CHECK(heard(stream, none) == ": blindsum\n\n");
  change(stream, 1);
  change(stream, 2);
  const auto both = heard(stream, none);
  CHECK(both.find("\"completed\":1") != std::string::npos);
  CHECK(both.find("\"completed\":2") != std::string::npos);
  CHECK(both.find("lost") == std::string::npos);
  const auto second = heard(stream, number_in(both));
  CHECK(second.find("\"completed\":1") == std::string::npos);
  CHECK(second.find("\"completed\":2") != std::string::npos);
  for (int i = 0; i < 8191; ++i) change(stream, 3);
  CHECK(heard(stream, number_in(both)).find("lost") == std::string::npos);
  CHECK(heard(stream, none).find("event: lost") != std::string::npos);
}

TEST_CASE("events: who listens is asked for its right anew once rights were read again") {
  AdminConfig config;
  config.client_ca = "operators.crt";
  const AdminAccess access(config, AdminMaterials());
  AdminPages pages(access);
  EventStream stream(1000);
  pages.add(PageFor::operators, "GET", "/v1/events",
            [&](const AdminRequest& request, const auto&) { return stream.page(request); });
  AdminRequest request;
  request.method = "GET";
  request.path = "/v1/events";
  request.certified = true;
  REQUIRE_FALSE(pages.refuse(request).has_value());
  const auto before = pages.answer(request).feed;
  CHECK(before->take().has_value());
  pages.use(access);
  CHECK_FALSE(before->take().has_value());
  CHECK(pages.answer(request).feed->take().has_value());
}

}  // namespace
}  // namespace blindsum
