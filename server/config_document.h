// The table of keys as documents: the example file and the reference page.
#pragma once

#include <string>

namespace blindsum {

// `blindsumd --print-default-config`: TOML, every key with its default or an example; a key that
// may be left out and has no default is commented out.
[[nodiscard]] std::string default_config();
// docs/configuration.md.
[[nodiscard]] std::string config_reference();

}  // namespace blindsum
