# ./run mutants: whether the conformance suite notices protocol faults made on purpose.

verb_mutants() {
  case " $* " in *" --help "* | *" -h "*) exec /usr/bin/python3 scripts/mutants.py --help ;; esac
  ensure_packages
  build mutants client/blindsum server/blindsumd
  # Debian's own Python: it has the packages of scripts/packages.txt.
  run_group_in_scratch setpriv --pdeathsig TERM /usr/bin/python3 scripts/mutants.py \
    --build build-mutants "$@"
}
