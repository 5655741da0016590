// blindsum admin: what the operator's port of a blindsumd does, from the command line.
#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/cli/admin_advice.h"
#include "client/cli/admin_events.h"
#include "client/cli/admin_http.h"
#include "client/cli/admin_table.h"
#include "client/cli/commands.h"
#include "client/cli/report.h"
#include "support/files.h"

namespace blindsum::cli {
namespace {

struct AdminOptions {
  AdminPlace place;
  bool json = false;
  // Of subcommands.
  std::string task, array, out, file, level;
  std::uint64_t round = 0, limit = 0, before = 0, offset = 0;
};
using Options = std::shared_ptr<AdminOptions>;

// How people read an answer.
using View = std::string (*)(const boost::json::value&);

struct Call {
  std::string method = "GET";
  std::string target;
  std::string body = {};
  View view = as_table;
};

// Names travel in a path: what is no plain character is escaped.
std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string path;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    path += plain ? std::string(1, c) : std::string{'%', digits[byte >> 4], digits[byte & 15]};
  }
  return path;
}

std::string task_path(const AdminOptions& options) {
  return "/v1/tasks/" + escaped(options.task);
}

std::string round_path(const AdminOptions& options) {
  return task_path(options) + "/rounds/" + std::to_string(options.round);
}

std::string query(const std::vector<std::pair<const char*, std::uint64_t>>& values) {
  std::string text;
  for (const auto& [name, value] : values) {
    if (value == 0) continue;  // left out
    text += (text.empty() ? "?" : "&") + std::string(name) + "=" + std::to_string(value);
  }
  return text;
}

// What the server said no with: {"error": …, "detail": …}.
ExitCode refused(const AdminOptions& options, const AdminAnswer& answer) {
  boost::system::error_code error;
  const auto content = boost::json::parse(answer.body, error);
  if (options.json && !error) print(content);
  complain(std::to_string(answer.status) + ": " + (error ? answer.body : explain_refusal(content)));
  return answer.status >= 500 ? kEnvironment : kFailed;
}

ExitCode show(const AdminOptions& options, const AdminAnswer& answer, View view) {
  if (!options.out.empty()) {
    const auto written = write_file_atomically(options.out, answer.body);
    return written ? kOk : fail(options.out, written.error());
  }
  boost::system::error_code error;
  const bool is_json = answer.content_type.starts_with("application/json");
  const auto content = is_json ? boost::json::parse(answer.body, error) : boost::json::value();
  if (!is_json || error) {
    print(answer.body.ends_with('\n')
              ? std::string_view(answer.body).substr(0, answer.body.size() - 1)
              : std::string_view(answer.body));
  } else if (options.json) {
    print(content);
  } else {
    print(view(content));
  }
  return kOk;
}

ExitCode run(const AdminOptions& options, const Call& call, const TakePiece& take = {}) {
  const auto url = parse_admin_url(options.place.url);
  if (!url) {
    return usage("--url " + options.place.url + ": http://HOST:PORT or https://HOST:PORT is due");
  }
  std::string problem;
  const auto answer =
      ask_admin(options.place, *url, call.method, call.target, call.body, take, problem);
  if (!answer) {
    complain(problem);
    return kEnvironment;
  }
  // Of /readyz, 503 is an answer like any other; the exit code says which.
  if (answer->status == 503 && call.target == "/readyz") {
    static_cast<void>(show(options, *answer, call.view));
    return kFailed;
  }
  if (answer->status >= 300) return refused(options, *answer);
  return take ? kOk : show(options, *answer, call.view);
}

ExitCode watch(const AdminOptions& options) {
  EventLines events(options.json);
  return run(options, {"GET", "/v1/events"}, [&events](std::string_view piece) {
    for (const auto& line : events.take(piece)) print(line);
    return true;
  });
}

ExitCode create(const AdminOptions& options) {
  auto definition = read_text_file(options.file);
  if (!definition) return fail(options.file, definition.error());
  return run(options, {"POST", "/v1/tasks", *std::move(definition)});
}

using MakeCall = std::function<Call(const AdminOptions&)>;

CLI::App* add(CLI::App& admin, const Options& options, ExitCode& code, const char* name,
              const char* help, const std::string& example, MakeCall make) {
  auto* command = admin.add_subcommand(name, help);
  command->footer(footer("blindsum admin " + example));
  command->callback([options, make, &code] { code = run(*options, make(*options)); });
  return command;
}

void add_server_commands(CLI::App& admin, const Options& options, ExitCode& code) {
  const auto get = [](const char* path) {
    return [path](const AdminOptions&) { return Call{"GET", path}; };
  };
  add(admin, options, code, "status", "How the server is", "status", get("/v1/status"));
  add(admin, options, code, "ready", "Whether it is ready; exit code 1 if not", "ready",
      get("/readyz"));
  add(admin, options, code, "metrics", "Metrics, as Prometheus gets them", "metrics",
      get("/metrics"));
  add(admin, options, code, "live", "What is going on in each task", "live",
      [](const AdminOptions&) { return Call{"GET", "/v1/live", {}, as_live_table}; });
  add(admin, options, code, "roster", "The roster that the server has", "roster",
      get("/v1/roster"));
  add(admin, options, code, "openapi", "The API's description", "openapi", get("/v1/openapi.json"));
  auto* members =
      add(admin, options, code, "members", "Members, and how reliable each has been",
          "members --limit 100", [](const AdminOptions& given) {
            return Call{"GET",
                        "/v1/members" + query({{"limit", given.limit}, {"offset", given.offset}})};
          });
  members->add_option("--limit", options->limit, "so many at most");
  members->add_option("--offset", options->offset, "leave so many out");
  auto* level = add(admin, options, code, "log-level", "What is logged, or is to be from now on",
                    "log-level debug", [](const AdminOptions& given) {
                      if (given.level.empty()) return Call{"GET", "/v1/log-level"};
                      const boost::json::object body{{"level", given.level}};
                      return Call{"PUT", "/v1/log-level", boost::json::serialize(body)};
                    });
  level->add_option("LEVEL", options->level, "debug, info, warning or error");
  auto* events = admin.add_subcommand("events", "What happens in rounds, as it happens");
  events->footer(footer("blindsum admin events"));
  events->callback([options, &code] { code = watch(*options); });
}

void add_task_commands(CLI::App& admin, const Options& options, ExitCode& code) {
  add(admin, options, code, "tasks", "All tasks", "tasks",
      [](const AdminOptions&) { return Call{"GET", "/v1/tasks"}; });
  const auto of_task = [&](const char* name, const char* help, const char* method,
                           const char* ending) {
    auto* command = add(admin, options, code, name, help, std::string(name) + " spam-filter",
                        [method, ending](const AdminOptions& given) {
                          return Call{method, task_path(given) + ending};
                        });
    command->add_option("TASK", options->task, "its name")->required();
  };
  of_task("task", "One task", "GET", "");
  of_task("pause", "No new rounds; one that runs goes on to its end", "POST", "/pause");
  of_task("resume", "Rounds go on", "POST", "/resume");
  of_task("delete", "Take away a task that was made by `create`; records stay", "DELETE", "");
  auto* made = admin.add_subcommand("create", "Make a task: a JSON file with the keys of [[task]]");
  made->add_option("FILE", options->file, "the definition")->required();
  made->footer(footer("blindsum admin create task.json"));
  made->callback([options, &code] { code = create(*options); });
}

void add_round_commands(CLI::App& admin, const Options& options, ExitCode& code) {
  auto* rounds =
      add(admin, options, code, "rounds", "Rounds that are over, newest first",
          "rounds spam-filter --limit 5", [](const AdminOptions& given) {
            return Call{"GET", task_path(given) + "/rounds" +
                                   query({{"limit", given.limit}, {"before", given.before}})};
          });
  rounds->add_option("TASK", options->task, "its name")->required();
  rounds->add_option("--limit", options->limit, "so many at most");
  rounds->add_option("--before", options->before, "only those with lower numbers");
  const auto of_round = [&](const char* name, const char* help, const std::string& example,
                            const char* ending) {
    auto* command = add(
        admin, options, code, name, help, name + example,
        [ending](const AdminOptions& given) { return Call{"GET", round_path(given) + ending}; });
    command->add_option("TASK", options->task, "its name")->required();
    command->add_option("ROUND", options->round, "its number")->required();
    return command;
  };
  of_round("round", "All of a round that is over", " spam-filter 12", "");
  of_round("verify", "Whether its record holds", " spam-filter 12", "/verification");
  of_round("arrays", "The arrays of its result", " spam-filter 12", "/arrays");
  of_round("record", "Its signed record", " spam-filter 12 --out 12.record", "/record")
      ->add_option("--out", options->out, "file to write")
      ->required();
  const auto of_array = [&](const char* name, const char* help, const std::string& example,
                            const char* ending) {
    auto* command =
        add(admin, options, code, name, help, name + example, [ending](const AdminOptions& given) {
          return Call{"GET", round_path(given) + "/arrays/" + escaped(given.array) + ending};
        });
    command->add_option("TASK", options->task, "its name")->required();
    command->add_option("ROUND", options->round, "its number")->required();
    command->add_option("ARRAY", options->array, "flat, or a tensor's name")->required();
    return command;
  };
  of_array("array", "An array of its result, as .npy", " spam-filter 12 flat --out sum.npy", "")
      ->add_option("--out", options->out, "file to write")
      ->required();
  of_array("values", "An array's values, if it is small", " spam-filter 12 flat", "/values");
}

}  // namespace

void add_admin(CLI::App& app, ExitCode& code) {
  auto* admin = app.add_subcommand("admin", "Look at a running blindsumd, and operate it");
  auto options = std::make_shared<AdminOptions>();
  auto& place = options->place;
  admin->add_option("--url", place.url, "http://HOST:PORT or https://HOST:PORT of [admin]")
      ->envname("BLINDSUM_ADMIN_URL")
      ->capture_default_str();
  admin->add_option("--token", place.token_file, "file with the token")
      ->envname("BLINDSUM_ADMIN_TOKEN");
  admin->add_option("--ca", place.ca, "PEM file that its certificate chains to")
      ->envname("BLINDSUM_ADMIN_CA");
  auto* certificate = admin->add_option("--certificate", place.certificate, "your own, PEM");
  auto* key = admin->add_option("--key", place.key, "its key, PEM");
  certificate->needs(key);
  key->needs(certificate);
  admin->add_flag("--json", options->json, "print what the server says, as it is");
  admin->require_subcommand(1);
  admin->fallthrough();
  admin->footer(footer("blindsum admin --token admin.token rounds spam-filter"));
  add_server_commands(*admin, options, code);
  add_task_commands(*admin, options, code);
  add_round_commands(*admin, options, code);
}

}  // namespace blindsum::cli
