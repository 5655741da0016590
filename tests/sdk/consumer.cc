// A participant's program as somebody else would write it: installed headers only.
#include <iostream>

#include "client/participant.h"

int main() {
  blindsum::ParticipantOptions options;
  options.state_folder = "no-such-folder/state";
  options.identity_file = "no-such-file.key";
  options.roster_file = "no-such-file.roster";
  options.task = "example";
  const auto participant = blindsum::Participant::create(std::move(options));
  if (participant) return 1;
  std::cout << "refused: " << participant.error().message() << '\n';
}
