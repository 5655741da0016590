# ./run build: one build folder a flavour, configured once, then only rebuilt.
#   build/       clang 19, the product         build-gcc/   g++ 12
#   build-asan/  address and undefined          build-tsan/  thread
#   build-fuzz/  libFuzzer, address and undefined
#   build-mutants/  protocol faults on purpose (faults/), never installed

verb_build() {
  local flavour=clang
  while [ $# -gt 0 ]; do
    case $1 in
      --gcc) flavour=gcc ;;
      --asan) flavour=asan ;;
      --tsan) flavour=tsan ;;
      *) die "build: unknown argument '$1'; see ./run help" ;;
    esac
    shift
  done
  ensure_packages
  ensure_page_tools
  build "$flavour"
  say "build: done, in $(build_folder "$flavour")/"
}

build_folder() {
  case $1 in
    clang) echo build ;;
    *) echo "build-$1" ;;
  esac
}

# build FLAVOUR [TARGET...]: configures if need be, then builds the targets (default: everything).
build() {
  local flavour=$1 folder
  shift
  folder=$(build_folder "$flavour")
  [ -f "$folder/build.ninja" ] || configure "$flavour" "$folder"
  local -a options=(-j "$(cores)" -C "$folder")
  [ -t 2 ] || options+=(--quiet)
  run_group ninja "${options[@]}" "$@" >&2 ||
    die "the build failed, see above." \
      "If this tree was moved or its packages changed: rm -rf $folder, and again"
}

configure() {
  local flavour=$1 folder=$2 compiler
  local -a options=()
  case $flavour in
    gcc) compiler=g++ ;;
    asan) compiler=clang++-19 options=(-Db_sanitize=address,undefined) ;;
    tsan) compiler=clang++-19 options=(-Db_sanitize=thread) ;;
    fuzz) compiler=clang++-19 options=(-Db_sanitize=address,undefined -Dfuzzers=true) ;;
    mutants) compiler=clang++-19 options=(-Dfaults=true) ;;
    *) compiler=clang++-19 ;;
  esac
  # Sanitizers' traces name lines, and their runtime is linked into programs only.
  case $flavour in
    asan | tsan | fuzz) options+=(-Db_lundef=false -Doptimization=1 -Ddebug=true) ;;
  esac
  case $flavour in
    fuzz | mutants) options+=(-Dpage=disabled) ;;
  esac
  command -v "$compiler" >/dev/null || die "$compiler is missing: ./run setup"
  if command -v ccache >/dev/null; then compiler="ccache $compiler"; fi
  rm -rf "$folder"
  mkdir "$folder"
  say "build: configuring $folder/ with $compiler"
  CXX=$compiler run_group meson setup "$folder" . "${options[@]}" >"$folder/configure.log" 2>&1 || {
    tail -n 20 "$folder/configure.log" >&2
    die "meson could not configure the build; its last lines are above," \
      "all of it in $folder/configure.log"
  }
}
