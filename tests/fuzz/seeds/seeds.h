// What each target's corpus begins with, made from real messages, documents and files: always the
// same bytes. A corpus of another format than the code's is made anew by main.cc.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "crypto/bytes.h"

namespace blindsum::fuzz {

// By target.
using Seeds = std::map<std::string, std::vector<Bytes>>;

void add_frames(Seeds& seeds);
void add_documents(Seeds& seeds);
// The example configuration is `example`, a TOML file.
void add_files(Seeds& seeds, const std::filesystem::path& example);
// Decisions of the machines' members and of the smaller targets.
void add_decisions(Seeds& seeds);

}  // namespace blindsum::fuzz
