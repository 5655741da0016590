# ./run walkthrough: builds the two programs and gives the commands of docs/walkthrough.md.

verb_walkthrough() {
  # Debian's python3, which python3-numpy is for.
  local walk=(/usr/bin/python3 tests/walkthrough/walkthrough.py)
  case " $* " in *" --help "* | *" -h "*) exec "${walk[@]}" --help ;; esac
  ensure_packages
  build clang client/blindsum server/blindsumd
  # Told to end when this script does, even by a signal that nobody can catch.
  run_group setpriv --pdeathsig TERM "${walk[@]}" --build build "$@"
}
