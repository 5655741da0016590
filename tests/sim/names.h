// What messages are called in a trace.
#pragma once

#include <string>

#include "protocol/round/messages.h"

namespace blindsum::sim {

std::string name_of(const ToAggregator& message);
std::string name_of(const ToParticipant& message);

}  // namespace blindsum::sim
