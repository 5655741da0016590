#!/bin/sh
# One participant of the demo: member.sh NUMBER [SERVER]. Random values anew in every round.
set -eu
number=$1
server=${2:-aggregator:8443}
files=${BLINDSUM_DEMO_FILES:-/etc/blindsum}
here=$(dirname "$0")
exec blindsum join --server "$server" --server-name aggregator --ca "$files/server.crt" \
  --identity "$files/member-$number.key" --roster "$files/roster.bsr" \
  --authority "$files/authority.pub" --aggregator "$files/aggregator.pub" \
  --task demo --state "${TMPDIR:-/tmp}/state-$number" --exec sh -- "$here/update.sh"
