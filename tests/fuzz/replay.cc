// Every target on every file that is checked in for it: the fuzzer's findings stay found, in every
// build. Also one target on files of the caller's choice, to look at a finding with a debugger.
//
// usage: replay CORPUS_FOLDER [TARGET [FILE...]]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "crypto/init.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

namespace fs = std::filesystem;

Bytes read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What is being run, for whoever reads the log of a crash.
bool run_file(const Target& target, const fs::path& path) {
  std::fprintf(stderr, "%.*s %s\n", static_cast<int>(target.name.size()), target.name.data(),
               path.filename().c_str());
  return target.run(read(path));
}

// False if the corpus is none: a target that refuses all of it is only tried on noise. Then the
// format changed, and the corpus has to be made anew (./run fuzz --seeds).
bool run_corpus(const Target& target, const fs::path& folder) {
  std::set<fs::path> files;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) files.insert(entry.path());
  }
  std::size_t taken = 0;
  for (const auto& file : files) taken += run_file(target, file) ? 1 : 0;
  std::printf("%-24s %3zu files, %3zu taken\n", std::string(target.name).c_str(), files.size(),
              taken);
  if (taken > 0) return true;
  std::printf("  nothing in %s is taken: make it anew with ./run fuzz --seeds\n", folder.c_str());
  return false;
}

int replay(const fs::path& corpus, std::string_view only, const std::vector<std::string>& files) {
  bool found = false;
  bool good = true;
  for (const Target& target : targets()) {
    if (!only.empty() && only != target.name) continue;
    found = true;
    for (const auto& file : files) run_file(target, file);
    if (files.empty()) good = run_corpus(target, corpus / target.name) && good;
  }
  if (!found) std::printf("no target is called '%s'\n", std::string(only).c_str());
  return found && good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace blindsum::fuzz

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    std::printf("usage: replay CORPUS_FOLDER [TARGET [FILE...]]\n");
    return EXIT_FAILURE;
  }
  const auto started = blindsum::init_crypto();
  if (started.has_error()) {
    std::printf("%s\n", blindsum::explain_init(started.error()).c_str());
    return EXIT_FAILURE;
  }
  const std::string only = arguments.size() > 1 ? arguments[1] : "";
  std::vector<std::string> files;
  if (arguments.size() > 2) files.assign(arguments.begin() + 2, arguments.end());
  return blindsum::fuzz::replay(arguments[0], only, files);
}
