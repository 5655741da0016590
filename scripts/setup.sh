# ./run setup: installs what is missing, and only that.

verb_setup() {
  [ $# -eq 0 ] || die "setup takes no arguments"
  ensure_packages
  ensure_page_tools
  ensure_browser
  ensure_tools
  say "setup: all $(wanted_packages | wc -l) packages of scripts/packages.txt are installed," \
    "and node, npm and chromium"
}

# What bundles the operator's page. For the verbs that are about the whole program: the others build
# without the page where these are missing.
ensure_page_tools() {
  if command -v node >/dev/null && command -v npm >/dev/null; then return; fi
  command -v dpkg-query >/dev/null || return 0
  ensure_also nodejs npm
  # Folders that were configured without them look again.
  touch -c server/page/meson.build
}

# What tests the page.
ensure_browser() {
  if command -v chromium >/dev/null || ! command -v dpkg-query >/dev/null; then return; fi
  ensure_also chromium
}

# Called by every verb that builds. Silent and quick when nothing is missing.
ensure_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "setup: not Debian; going on with the tools that are here (wanted: scripts/packages.txt)"
    return
  fi
  local -a missing
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -eq 0 ] || install_missing "${missing[@]}"
}

# Packages that one verb wants beside those of scripts/packages.txt.
install_missing() {
  require_debian_12
  say "setup: missing: $*"
  local -a as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "installing needs root and there is no sudo: run ./run setup as root once"
    as_root=(sudo)
  fi
  install_packages "$@"
}

require_debian_12() {
  local id version
  id=$(sed -n 's/^ID=//p' /etc/os-release)
  version=$(sed -n 's/^VERSION_ID="\(.*\)"$/\1/p' /etc/os-release)
  [ "$id $version" = "debian 12" ] ||
    die "the package names are those of Debian 12, this is '$id $version'." \
      "Install the counterparts of scripts/packages.txt by hand, or use a Debian 12 container"
}

# apt may not remove anything of the user's: Debian has one version of Boost's headers at a time.
install_packages() {
  local log
  log=$(mktemp)
  # shellcheck disable=SC2064  # the name as it is now
  trap "rm -f '$log'" EXIT
  say "setup: apt-get update"
  "${as_root[@]}" apt-get -qq update >"$log" 2>&1 ||
    { cat "$log" >&2; say "setup: apt-get update failed; trying with the lists that are here"; }
  say "setup: apt-get install --no-install-recommends $* (a minute or two)"
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -y --no-remove --no-install-recommends install "$@" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    if grep -q 'remove' "$log" && dpkg-query -W libboost1.74-dev >/dev/null 2>&1; then
      die "Boost 1.74's headers are installed and cannot stand beside 1.81's." \
        "Replace them with: ${as_root[*]} apt-get install libboost1.81-dev"
    fi
    die "apt-get could not install the packages; its last lines are above"
  fi
  rm -f "$log"
  trap - EXIT
  local -a missing
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -eq 0 ] || die "apt-get ended well, yet these are still missing: ${missing[*]}"
  say "setup: installed"
}
