# ./run image: builds deploy/Dockerfile with Debian's buildah, on a base of debootstrap's where no
# registry is to be had, and has the image serve a round.

image_tools=(buildah podman runc debootstrap openssl)
image_name=localhost/blindsum
base_name=localhost/blindsum-base:bookworm

verb_image() {
  local json=() pin=''
  while [ $# -gt 0 ]; do
    case $1 in
      --json) json=(--json) ;;
      --pin) pin=1 ;;
      *) die "image: unknown argument '$1'; see ./run help" ;;
    esac
    shift
  done
  ensure_packages
  ensure_also "${image_tools[@]}"
  [ "$(id -u)" -eq 0 ] || die "image: debootstrap and chroot need root"
  [ -z "$pin" ] || { pin_packages; return; }
  mkdir -p build-image
  buildah inspect --type image "$base_name" >/dev/null 2>&1 || {
    say "image: making $base_name with debootstrap (a minute)"
    run_group scripts/image/base.sh "$base_name" 2>build-image/base.log ||
      die "image: no base; see build-image/base.log"
  }
  build_image
  # The participants are outside the image.
  build clang client/blindsum
  exec python3 scripts/image/serve.py --image "$image_name" --build build "${json[@]}"
}

# Installs those of them that are missing.
ensure_also() {
  local -a missing
  mapfile -t missing < <(comm -23 <(printf '%s\n' "$@" | sort) \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
      sed -n 's/^installed //p' | sort))
  [ ${#missing[@]} -eq 0 ] || install_missing "${missing[@]}"
}

build_image() {
  local epoch revision cache
  local -a more
  read -ra more <<<"${BUILDAH_OPTIONS:-}"  # a proxy, a mirror, …
  cache=$(ccache -k cache_dir)  # this machine's: most is compiled already
  revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
  epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
  mkdir -p "$cache"
  say "image: building $image_name; the log is build-image/log"
  run_group buildah bud --isolation chroot --pull-never --format docker --layers \
    --timestamp "$epoch" --file deploy/Dockerfile --tag "$image_name" \
    --volume "$cache:/root/.cache/ccache" \
    --build-arg "BASE=$base_name" --build-arg "SOURCE_DATE_EPOCH=$epoch" \
    --build-arg "VERSION=$(project_version)" \
    --build-arg "REVISION=$revision" \
    --build-arg "CREATED=$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)" \
    "${more[@]}" . >build-image/log 2>&1 || {
    tail -n 20 build-image/log >&2
    die "image: the build failed; its last lines are above"
  }
}

# The versions that this machine's apt would install now.
pin_packages() {
  local file=deploy/image/packages.txt line name version
  while IFS= read -r line; do
    case $line in
      '#'* | '') printf '%s\n' "$line" ;;
      *)
        name=${line%%=*}
        version=$(apt-cache policy "$name" | sed -n 's/^  Candidate: //p')
        printf '%-38s # %s\n' "$name=$version" "${line#*# }"
        ;;
    esac
  done <"$file" >"$file.new"
  mv "$file.new" "$file"
  say "image: $file has the versions of this machine's apt"
}
