# ./run fuzz and ./run ct.

fuzz_help() {
  cat <<'HELP'
usage: ./run fuzz [--seconds N] [--only TARGET] [--jobs N]
       ./run fuzz --list | --seeds | --minimise [--only TARGET]

  --seconds N    for each target (default 60)
  --only TARGET  one target; --list shows them
  --jobs N       targets at a time (default: one a processor)
  --list         the names of the targets
  --seeds        makes the checked-in seeds anew, after a change of what travels
  --minimise     takes to tests/fuzz/corpus/ what is small and reaches further

libFuzzer (clang 19) with the sanitizers for addresses and undefined behaviour, in build-fuzz/.
What it finds interesting it keeps in build-fuzz/corpus/TARGET/, from where the next run goes on. A
crash ends that target: its input is in build-fuzz/crashes/TARGET/, and how to run it again is
printed. Ctrl-C ends all of them, and loses nothing.

examples:
  ./run fuzz --seconds 10                       every target for a short while, as CI does
  ./run fuzz --seconds 3600 --only frames_to_aggregator
  build-fuzz/tests/fuzz/fuzz_npy build-fuzz/crashes/npy/crash-0123   a crash again
HELP
}

verb_fuzz() {
  local -a rest=()
  local what=run
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) fuzz_help; return ;;
      --list | --seeds | --minimise) what=${1#--} ;;
      *) rest+=("$1") ;;
    esac
    shift
  done
  case $what in
    list) ls tests/fuzz/targets | sed 's/\.cc$//' ;;
    seeds)
      ensure_packages
      build clang tests/fuzz/fuzz_seeds
      build/tests/fuzz/fuzz_seeds tests/fuzz/corpus deploy/blindsumd.example.toml
      ;;
    *)
      ensure_packages
      build fuzz fuzzers
      run_group python3 scripts/fuzz.py "$what" --build build-fuzz "${rest[@]}"
      ;;
  esac
}

verb_ct() {
  case ${1:-} in
    -h | --help) python3 tests/ct/run_ct.py --help; return ;;
  esac
  ensure_packages
  build clang tests/ct/ct_secrets
  run_group_in_scratch python3 tests/ct/run_ct.py build/tests/ct/ct_secrets "$@"
}
