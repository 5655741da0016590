#!/bin/sh
# Inside the image: install.sh PACKAGES. Installs the pinned packages, and makes the user that the
# aggregator is.
set -eu

pinned=$(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1")
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086  # a list of words
apt-get -qq -y --no-install-recommends install $pinned || {
  echo "install.sh: are pinned versions gone from the mirror? ./run image --pin" >&2
  exit 1
}

groupadd --gid 10001 blindsum
useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/blindsum \
  --shell /usr/sbin/nologin blindsum
install -d -o 10001 -g 10001 -m 0750 /var/lib/blindsum
install -d -m 0755 /etc/blindsum
apt-get -qq clean
