# ./run bench: builds blindsum-bench optimised and runs it, or runs the sweeps of docs/performance.

verb_bench() {
  local sweep='' out=docs/performance
  local -a rest=()
  while [ $# -gt 0 ]; do
    case $1 in
      --sweep)
        [ $# -ge 2 ] || die "bench: --sweep wants $(python3 scripts/bench_sweeps.py --names)"
        sweep=$2
        shift
        ;;
      --out)
        [ $# -ge 2 ] || die "bench: --out wants a folder"
        out=$2
        shift
        ;;
      *) rest+=("$1") ;;
    esac
    shift
  done
  ensure_packages
  local python
  [ -z "$sweep" ] || { python=$(plotting_python) || exit 1; }
  build clang client/blindsum server/blindsumd tests/bench/blindsum-bench
  local blindsum=build/client/blindsum
  if [ -n "$sweep" ]; then
    run_group "$python" scripts/bench_sweeps.py --blindsum "$blindsum" --sweep "$sweep" \
      --out "$out" "${rest[@]}"
  elif [ ${#rest[@]} -gt 0 ]; then
    exec "$blindsum" bench "${rest[@]}"
  else
    "$blindsum" bench --micro
    say "bench: a round of 100, 10 of which drop out"
    "$blindsum" bench --participants 100 --length 100000 --dropout 10%
  fi
}

# Prints a Python that can plot: the one in PATH, or the system's, to which Debian's package
# belongs. It is nobody's but this verb's, so it is not in scripts/packages.txt.
plotting_python() {
  local candidate
  for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import matplotlib' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  install_missing python3-matplotlib >&2
  echo /usr/bin/python3
}
