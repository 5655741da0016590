# ./run chaos: builds the two programs and lets everything happen to them.

verb_chaos() {
  case " $* " in *" --help "* | *" -h "*) exec python3 tests/chaos/chaos.py --help ;; esac
  ensure_packages
  build clang client/blindsum server/blindsumd
  # Told to end when this script does, even by a signal that nobody can catch.
  run_group setpriv --pdeathsig TERM python3 tests/chaos/chaos.py --build build "$@"
}
