# ./run package: a Debian package of what meson installs for operators and participants, made with
# dpkg-deb. Its dependencies are those that dpkg-shlibdeps finds. --try installs it in a fresh
# Debian.

verb_package() {
  case $* in
    '' | --try) ;;
    *) die "package: unknown argument '$*'; see ./run help" ;;
  esac
  ensure_packages
  ensure_page_tools
  ensure_also dpkg-dev
  build clang server/blindsumd client/blindsum documents
  local version architecture stage=build/package
  version=$(project_version)
  architecture=$(dpkg --print-architecture)
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
  rm -rf "$stage"
  mkdir -p "$stage/debian" "$stage/tree/DEBIAN" dist
  DESTDIR=$PWD/$stage/installed meson install -C build --no-rebuild --quiet --tags runtime,man >&2
  # meson's prefix is /usr/local; a package's is /usr. The programs do not know where they are.
  mv "$stage/installed/usr/local" "$stage/tree/usr"
  strip "$stage"/tree/usr/bin/*
  find "$stage/tree/usr/share/man" -type f -exec gzip -9n {} +
  mv "$stage/tree/usr/share/doc/blindsum/LICENSE" "$stage/tree/usr/share/doc/blindsum/copyright"
  package_control "$stage" "$version" "$architecture"
  find "$stage/tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --build --root-owner-group "$stage/tree" \
    "dist/blindsum_${version}_${architecture}.deb" >&2
  say "package: dist/blindsum_${version}_${architecture}.deb"
  [ -z "$*" ] || try_package "dist/blindsum_${version}_${architecture}.deb"
}

# In a container of the image's base: installed, used as docs/deployment.md says, taken away.
try_package() {
  ensure_also "${image_tools[@]}"
  [ "$(id -u)" -eq 0 ] || die "package: --try needs root, for debootstrap and chroot"
  mkdir -p build-image
  buildah inspect --type image "$base_name" >/dev/null 2>&1 || make_base
  local container
  container=$(buildah from --pull-never "$base_name")
  # shellcheck disable=SC2064  # the name as it is now
  trap "buildah rm '$container' >/dev/null" EXIT
  buildah copy --quiet "$container" "$1" scripts/package/inside.sh deploy/demo/prepare.sh \
    /tmp/package/ >/dev/null
  buildah run --isolation chroot "$container" -- sh /tmp/package/inside.sh \
    >build-image/package.log 2>&1 || {
    tail -n 20 build-image/package.log >&2
    die "package: a fresh Debian does not take it; the last lines are above"
  }
  say "package: a fresh Debian 12 installs it, its configuration is fine, purging takes it away"
}

project_version() { sed -n "s/^  version: '\(.*\)',$/\1/p" meson.build; }

# package_control STAGE VERSION ARCHITECTURE: what dpkg wants to know, and what it runs.
package_control() {
  local stage=$1 depends
  printf 'Source: blindsum\n' >"$stage/debian/control"
  depends=$(cd "$stage" && dpkg-shlibdeps -O tree/usr/bin/* | sed -n 's/^shlibs:Depends=//p')
  cat >"$stage/tree/DEBIAN/control" <<CONTROL
Package: blindsum
Version: $2
Architecture: $3
Maintainer: The blindsum authors <blindsum@localhost>
Section: net
Priority: optional
Depends: $depends, systemd | systemd-standalone-sysusers
Installed-Size: $(du -sk "$stage/tree/usr" | cut -f1)
Description: secure aggregation: sums of private vectors
 The aggregator blindsumd adds the vectors of many participants without
 seeing any of them; blindsum is the command line of participants, of the
 roster's authority and of operators.
CONTROL
  # Without an init system that is systemd there is nothing to tell.
  cat >"$stage/tree/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  systemd-sysusers blindsum.conf
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl try-restart blindsumd.service || true
  fi
fi
POSTINST
  cat >"$stage/tree/DEBIAN/prerm" <<'PRERM'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl --no-reload disable --now blindsumd.service || true
fi
PRERM
  cat >"$stage/tree/DEBIAN/postrm" <<'POSTRM'
#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
POSTRM
  chmod 755 "$stage"/tree/DEBIAN/p*
}
