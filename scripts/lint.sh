# ./run lint: formatting, the rules of tests/tidy, clang-tidy.

verb_lint() {
  local all=''
  while [ $# -gt 0 ]; do
    case $1 in
      --all) all=1 ;;
      *) die "lint: unknown argument '$1'; see ./run help" ;;
    esac
    shift
  done
  git rev-parse --is-inside-work-tree >/dev/null 2>&1 ||
    die "lint: this is no git checkout, and git says which sources there are"
  ensure_packages
  build clang
  local status=0
  run_group meson test -C build --no-rebuild --print-errorlogs --suite tidy || status=1
  lint_with_clang_tidy "$all" || status=1
  [ "$status" -eq 0 ] || die "lint: something to mend, see above"
  say "lint: clean"
}

# Without --all: sources that differ from the commit, or that no commit has yet.
lint_with_clang_tidy() {
  local -a sources
  mapfile -t sources < <(
    if [ -n "$1" ]; then
      git ls-files --cached --others --exclude-standard '*.cc'
    else
      git diff --name-only --diff-filter=d HEAD -- '*.cc'
      git ls-files --others --exclude-standard -- '*.cc'
    fi | sort -u | grep -v '^buildsupport/'
  )
  if [ ${#sources[@]} -eq 0 ]; then
    say "lint: no changed source for clang-tidy (./run lint --all looks at every one)"
    return 0
  fi
  say "lint: clang-tidy on ${#sources[@]} files"
  printf '%s\0' "${sources[@]}" |
    xargs -0 -n 1 -P "$(cores)" clang-tidy-19 -p build --quiet --warnings-as-errors='*'
}
