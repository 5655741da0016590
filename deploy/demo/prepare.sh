#!/bin/sh
# Keys, roster, certificate and configuration of a demo: prepare.sh FOLDER MEMBERS. Does nothing
# where they are already. The folder's owner becomes the image's user, if root runs it.
set -eu
umask 077
members=$2
cd "$1"
[ ! -f blindsumd.toml ] || exit 0

blindsum keygen --out authority.key >/dev/null
blindsum keygen --out aggregator.key >/dev/null
blindsum roster init --epoch 1 roster.bsr >/dev/null
member=1
while [ "$member" -le "$members" ]; do
  blindsum keygen --out "member-$member.key" >/dev/null
  blindsum roster add roster.bsr --name "member-$member" --key "member-$member.pub" >/dev/null
  member=$((member + 1))
done
blindsum roster sign roster.bsr --authority-key authority.key >/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 \
  -subj /CN=aggregator -addext subjectAltName=DNS:aggregator,DNS:localhost \
  -keyout server.key -out server.crt 2>/dev/null

cat >blindsumd.toml.new <<TOML
[listen]
certificate = "server.crt"
key = "server.key"

[aggregator]
key = "aggregator.key"
roster = "roster.bsr"
authority = "$(cat authority.pub)"
results = "/var/lib/blindsum/results"

[[task]]
name = "demo"
tensors = [{ name = "values", shape = [1000] }]
codec = { kind = "count", bound = 1000 }
n_min = $((members * 4 / 5))
n_max = $members
delta = "20%"
share_sum = true
interval = "10s"
time_limits = { advertise = "10s", share = "10s", mask = "20s", attest = "10s", unmask = "10s" }
TOML
[ "$(id -u)" -ne 0 ] || chown -R 10001:10001 .
mv blindsumd.toml.new blindsumd.toml
