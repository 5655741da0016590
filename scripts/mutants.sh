# ./run mutants: whether the conformance suite notices protocol faults made on purpose.

verb_mutants() {
  case " $* " in *" --help "* | *" -h "*) exec python3 scripts/mutants.py --help ;; esac
  ensure_packages
  build mutants client/blindsum server/blindsumd
  run_group setpriv --pdeathsig TERM python3 scripts/mutants.py --build build-mutants "$@"
}
