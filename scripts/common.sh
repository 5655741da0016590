# Shared by ./run and its verbs: messages, missing packages, children that end with us.

say() { printf '%s\n' "$*" >&2; }
die() { say "run: $*"; exit 1; }

# Cores that this process may use.
cores() { nproc; }

wanted_packages() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' scripts/packages.txt | tr -d ' \t'; }

# Prints the packages that are not installed.
missing_packages() {
  local -a wanted
  mapfile -t wanted < <(wanted_packages)
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort) \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
      sed -n 's/^installed //p' | sort)
}

# Runs a command in a process group of its own: Ctrl-C or a TERM to us ends all that it started.
run_group() {
  set -m
  "$@" </dev/null &
  local child=$!
  set +m
  # shellcheck disable=SC2064  # the child's id as it is now
  trap "end_group $child; exit 130" INT
  # shellcheck disable=SC2064
  trap "end_group $child; exit 143" TERM HUP
  local status=0
  wait "$child" || status=$?
  trap - INT TERM HUP
  return "$status"
}

# The same, with a folder for its temporary files (TMPDIR) that is gone afterwards, whatever became
# of those that made them. As open as /tmp: some tests become other users.
run_group_in_scratch() {
  local scratch status=0
  scratch=$(mktemp -d -t blindsum-run-XXXXXX)
  # shellcheck disable=SC2064  # the folder as it is now
  trap "rm -rf '$scratch'" EXIT
  chmod 1777 "$scratch"
  run_group env TMPDIR="$scratch" "$@" || status=$?
  rm -rf "$scratch"
  trap - EXIT
  return "$status"
}

# TERM first: meson ends its tests, a server drains. After five seconds there is no more asking.
end_group() {
  trap '' INT TERM HUP
  kill -TERM -- "-$1" 2>/dev/null || return 0
  local tries
  for ((tries = 0; tries < 50; tries++)); do
    kill -0 -- "-$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}
