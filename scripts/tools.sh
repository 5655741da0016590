# What some tests run and no package of scripts/packages.txt brings; it goes into build-tools/, and
# nothing is installed. What cannot be had here is named, and its tests skip themselves by name.

tools_folder=build-tools
schemas_pin=deploy/kubernetes/schemas.txt

# Quick when all is there.
ensure_tools() {
  mkdir -p "$tools_folder"
  { [ -x "$tools_folder/prometheus" ] && [ -x "$tools_folder/promtool" ]; } || fetch_prometheus ||
    say "tools: no promtool and prometheus: their tests are skipped ($tools_folder/prometheus.log)"
  [ -f "$tools_folder/$(schemas_wheel)" ] || fetch_schemas ||
    say "tools: no schemas of Kubernetes: their tests are skipped ($tools_folder/schemas.log)"
}

# Two programs out of Debian's package, which installed would start a service. apt checks it against
# its signed lists.
fetch_prometheus() {
  local work
  say "tools: fetching promtool and prometheus"
  work=$(mktemp -d)
  (
    # A subshell, so that the folder goes away on Ctrl-C too.
    trap 'rm -rf "$work"' EXIT
    root=$PWD
    cd "$work" &&
      apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=20 download prometheus &&
      dpkg-deb --extract prometheus_*.deb tree &&
      mv tree/usr/bin/promtool tree/usr/bin/prometheus "$root/$tools_folder/"
  ) >"$tools_folder/prometheus.log" 2>&1
}

# kubernetes_validate-1.37.0-py3-none-any.whl, of the one line that is no comment.
schemas_wheel() {
  sed -n 's/^kubernetes-validate==\([0-9.]*\) .*/kubernetes_validate-\1-py3-none-any.whl/p' \
    "$schemas_pin"
}

# Read where it is, as an archive: nothing of it is run.
fetch_schemas() {
  say "tools: fetching the published schemas of Kubernetes"
  python3 -m pip --timeout 20 --retries 1 --disable-pip-version-check download --quiet --no-deps \
    --require-hashes --dest "$tools_folder" --requirement "$schemas_pin" \
    >"$tools_folder/schemas.log" 2>&1
}
