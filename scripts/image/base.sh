#!/usr/bin/env bash
# Makes the image that deploy/Dockerfile starts from, where no registry is to be had: Debian 12 by
# debootstrap, with what Debian's own slim image leaves out left out. The same packages give the
# same image, and nothing of this machine is in it but the mirror's name. Usage: base.sh NAME
set -euo pipefail

name=$1
here=$(dirname "${BASH_SOURCE[0]}")
export SOURCE_DATE_EPOCH=1686355200  # bookworm's day: a base is not of a commit of ours
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
chroot "$root" sh -eu -c '
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y upgrade
  apt-get -qq clean' >&2
cp "$here/../../deploy/image/tidy.sh" "$root/tmp/tidy.sh"
chroot "$root" sh /tmp/tidy.sh >&2
# debootstrap's, of this machine.
: >"$root/etc/resolv.conf"
: >"$root/etc/hostname"
rm -rf "$root/dev" && install -d -m 0755 "$root/dev"

tar -C "$root" --numeric-owner --one-file-system --sort=name --mtime="@$SOURCE_DATE_EPOCH" \
  -cf "$work/root.tar" .
container=$(buildah from scratch)
buildah add "$container" "$work/root.tar" / >&2
buildah config --cmd /bin/bash "$container"
buildah commit --rm --timestamp "$SOURCE_DATE_EPOCH" "$container" "$name" >&2
