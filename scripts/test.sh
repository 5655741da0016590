# ./run test and ./run sim.

verb_test() {
  local filter='' flavour
  local -a flavours=()
  while [ $# -gt 0 ]; do
    case $1 in
      --gcc) flavours+=(gcc) ;;
      --sanitize) flavours+=(asan tsan) ;;
      --filter)
        [ $# -ge 2 ] || die "test: --filter wants a piece of a test's name, or a rule's id"
        filter=$2
        shift
        ;;
      *) die "test: unknown argument '$1'; see ./run help" ;;
    esac
    shift
  done
  [ ${#flavours[@]} -gt 0 ] || flavours=(clang)
  ensure_packages
  ensure_page_tools
  ensure_browser
  ensure_tools
  for flavour in "${flavours[@]}"; do
    build "$flavour"
    run_tests "$flavour" "$filter"
  done
}

# Tests that say nothing under sanitizers: what programs cost, which sanitizers
# multiply; a consumer that links the installed SDK without their runtime; code of another machine.
unsanitized_tests='bench page-crowd sdk armv8_kernel'

# Every test of the folder but those, and those in which no compiled code runs, a name a line.
sanitized_tests() {
  meson test -C "$1" --list --no-suite tidy --no-suite scripts 2>/dev/null | sed -n 's/.* \/ //p' |
    grep -vxF "$(tr ' ' '\n' <<<"$unsanitized_tests")"
}

run_tests() {
  local flavour=$1 filter=$2 folder
  folder=$(build_folder "$flavour")
  local -a options=(--no-rebuild --print-errorlogs)
  # The tree's rules and its scripts do not depend on who compiled it: they run with the product.
  [ "$flavour" = clang ] || options+=(--no-suite tidy --no-suite scripts)
  case $flavour in asan | tsan) options+=(--timeout-multiplier 10) ;; esac
  if [ -n "$filter" ]; then
    local -a selected
    mapfile -t selected < <(python3 scripts/select_tests.py "$folder" "$filter")
    [ ${#selected[@]} -gt 0 ] ||
      die "test: nothing matches '$filter'. Tests: $(test_names "$folder")"
    options+=("${selected[@]}")
  elif [[ $flavour = asan || $flavour = tsan ]]; then
    local -a sanitized
    mapfile -t sanitized < <(sanitized_tests "$folder")
    options+=("${sanitized[@]}")
    say "test: not under sanitizers: $unsanitized_tests"
  fi
  say "test: $folder"
  ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 \
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1 \
    run_group_in_scratch meson test -C "$folder" "${options[@]}" ||
    die "tests failed; the whole log: $folder/meson-logs/testlog.txt"
}

test_names() {
  meson test -C "$1" --list 2>/dev/null | sed -n 's/.* \/ //p' | sort | tr '\n' ' '
}

verb_sim() {
  ensure_packages
  build clang tests/sim/blindsum-sim
  exec build/tests/sim/blindsum-sim "$@"
}
