// A decoded frame as the vectors have it: the message's name in Appendix B, and its fields in their
// order there.
#pragma once

#include <string>

#include "protocol/wire/frames.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {

struct NamedMessage {
  std::string name;
  json::object fields;
};

// A malformed message of a round, or none: the frame layer refuses.
NamedMessage named(const Result<FrameToAggregator>& frame);
NamedMessage named(const Result<FrameToParticipant>& frame);

}  // namespace blindsum::vectors
