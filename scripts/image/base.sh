#!/usr/bin/env bash
# Makes the image that deploy/Dockerfile starts from, where no registry is to be had: Debian 12 by
# debootstrap, with what Debian's own slim image leaves out left out. Usage: base.sh NAME
set -euo pipefail

name=$1
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

# Where this machine's apt gets bookworm from, its updates and security included.
sources() {
  apt-get indextargets --format '$(REPO_URI) $(SUITE) $(CODENAME)' 'Created-By: Packages' |
    awk '$3 ~ /^bookworm/ { print $1, $3 }' | sort -u
}
mirror=$(sources | awk '$2 == "bookworm" { print $1; exit }')
[ -n "$mirror" ] || { echo "base.sh: apt knows no bookworm" >&2; exit 1; }

debootstrap --variant=minbase bookworm "$root" "$mirror" >&2

cat >"$root/etc/dpkg/dpkg.cfg.d/slim" <<'SLIM'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
SLIM
sources | while read -r uri suite; do
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main"
done >"$root/etc/apt/sources.list"
cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
chroot "$root" sh -eu -c '
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y upgrade
  apt-get -qq clean
  find /usr/share/doc -mindepth 1 ! -type d ! -name copyright -delete
  find /usr/share/doc -mindepth 1 -type d -empty -delete
  rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/* /usr/share/man/* /usr/share/info/* \
    /usr/share/locale/* /var/lib/dpkg/*-old' >&2

tar -C "$root" --numeric-owner --one-file-system -cf "$work/root.tar" .
container=$(buildah from scratch)
buildah add "$container" "$work/root.tar" / >&2
buildah config --cmd /bin/bash "$container"
buildah commit --rm "$container" "$name" >&2
