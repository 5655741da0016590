// usage: fuzz_seeds CORPUS_FOLDER EXAMPLE_TOML
// Writes every target's seeds as CORPUS_FOLDER/<target>/seed-NN.bin.
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "crypto/init.h"
#include "tests/fuzz/doctest_outside.h"
#include "tests/fuzz/seeds/seeds.h"

namespace {

namespace fs = std::filesystem;

bool write(const fs::path& path, const blindsum::Bytes& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return file.good();
}

// Older seeds go, whatever else was found stays.
bool write_all(const fs::path& folder, const std::vector<blindsum::Bytes>& seeds) {
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("seed-")) fs::remove(entry.path());
  }
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    char name[32];
    std::snprintf(name, sizeof(name), "seed-%02zu.bin", i);
    if (!write(folder / name, seeds[i])) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::printf("usage: fuzz_seeds CORPUS_FOLDER EXAMPLE_TOML\n");
    return EXIT_FAILURE;
  }
  if (blindsum::init_crypto().has_error()) return EXIT_FAILURE;
  blindsum::fuzz::watch_doctest();
  blindsum::fuzz::Seeds seeds;
  blindsum::fuzz::add_frames(seeds);
  blindsum::fuzz::add_documents(seeds);
  blindsum::fuzz::add_files(seeds, argv[2]);
  blindsum::fuzz::add_decisions(seeds);
  for (const auto& [target, all] : seeds) {
    if (!write_all(fs::path(argv[1]) / target, all)) {
      std::perror(target.c_str());
      return EXIT_FAILURE;
    }
    std::printf("%-24s %zu seeds\n", target.c_str(), all.size());
  }
  return EXIT_SUCCESS;
}
