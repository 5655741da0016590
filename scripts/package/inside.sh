#!/bin/sh
# In a fresh Debian, with the package and deploy/demo/prepare.sh in this folder: installs it, does
# what docs/deployment.md says, takes it away again. Each step has to succeed.
set -eu
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq -y --no-install-recommends install ./blindsum_*.deb openssl

blindsum --version
blindsumd --version
getent passwd blindsum | grep -q ':/var/lib/blindsum:'
test -f /usr/lib/systemd/system/blindsumd.service
test -s /usr/share/bash-completion/completions/blindsumd

# Keys, roster, certificate and configuration; root's, and the group's to read.
install -d -o root -g blindsum -m 0750 /etc/blindsum
sh prepare.sh /etc/blindsum 10
chown -R root:blindsum /etc/blindsum
chmod 0640 /etc/blindsum/*
chmod 0750 /etc/blindsum
install -d -o blindsum -g blindsum -m 0750 /var/lib/blindsum
setpriv --reuid blindsum --regid blindsum --clear-groups \
  blindsumd --config /etc/blindsum/blindsumd.toml --check-config
# Nobody else reads the keys.
if setpriv --reuid nobody --regid nogroup --clear-groups \
  cat /etc/blindsum/aggregator.key 2>/dev/null; then
  exit 1
fi

dpkg --verify blindsum
apt-get -qq -y purge blindsum
test ! -e /usr/bin/blindsumd
test ! -e /usr/lib/systemd/system/blindsumd.service
test -f /etc/blindsum/aggregator.key  # what is the operator's stays
