# ./run attacks: builds the two programs and lets the conformance suite attack them, as a table.

verb_attacks() {
  local table=(/usr/bin/python3 tests/conformance/attacks.py)
  case " $* " in *" --help "* | *" -h "*) exec "${table[@]}" --help ;; esac
  ensure_packages
  build clang client/blindsum server/blindsumd
  run_group_in_scratch "${table[@]}" --build build "$@"
}
