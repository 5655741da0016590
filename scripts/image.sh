# ./run image: builds deploy/Dockerfile with Debian's buildah, on a base of debootstrap's where no
# registry is to be had, and has the image serve a round. The same sources and packages give the
# same image: --twice builds all of it two times, from nothing, and compares.

image_tools=(buildah podman runc debootstrap openssl)
image_name=localhost/blindsum:latest
built_name=localhost/blindsum-built  # as buildah leaves it; archive.py makes the image of it
base_name=localhost/blindsum-base:bookworm
authorities=/etc/ssl/certs/ca-certificates.crt

verb_image() {
  local json=() pin='' twice=''
  while [ $# -gt 0 ]; do
    case $1 in
      --json) json=(--json) ;;
      --pin) pin=1 ;;
      --twice) twice=1 ;;
      *) die "image: unknown argument '$1'; see ./run help" ;;
    esac
    shift
  done
  ensure_packages
  ensure_also "${image_tools[@]}"
  [ "$(id -u)" -eq 0 ] || die "image: debootstrap and chroot need root"
  if [ -n "$pin" ]; then
    pin_packages
    return
  fi
  mkdir -p build-image
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
  if [ -n "$twice" ]; then build_twice; else build_once; fi
  # The participants are outside the image.
  build clang client/blindsum
  exec python3 scripts/image/serve.py --image "$image_name" --build build "${json[@]}"
}

# build_once [OPTION...]: of `buildah bud`.
build_once() {
  buildah inspect --type image "$base_name" >/dev/null 2>&1 || make_base
  build_image "$@"
  local id
  id=$(python3 scripts/image/archive.py --image "$built_name" --tag "$image_name" \
    --out build-image/blindsum.tar)
  say "image: $image_name is $id, as an archive: build-image/blindsum.tar"
}

make_base() {
  say "image: making $base_name with debootstrap (a minute)"
  run_group scripts/image/base.sh "$base_name" 2>build-image/base.log ||
    die "image: no base; see build-image/base.log"
}

# Nothing of the first is in the second: neither base nor layers, nor what ccache has.
build_twice() {
  local one
  for one in first second; do
    make_base
    build_once --no-cache --build-arg CCACHE_RECACHE=1
    mv build-image/blindsum.tar "build-image/$one.tar"
  done
  cmp build-image/first.tar build-image/second.tar || die "image: two builds differ"
  say "image: two builds are the same, byte for byte: $(sha256sum <build-image/second.tar)"
  rm build-image/first.tar
  mv build-image/second.tar build-image/blindsum.tar
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
  local revision cache page_packages=''
  local -a more
  read -ra more <<<"${BUILDAH_OPTIONS:-}"  # a proxy, a mirror, …
  cache=$(ccache -k cache_dir)  # this machine's: most is compiled already
  revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
  mkdir -p "$cache"
  # npm, behind a proxy that looks into TLS: whom this machine trusts.
  [ ! -f "$authorities" ] || cp "$authorities" "$cache/authorities.crt"
  [ ! -f server/page/package.json ] || page_packages='nodejs npm'
  say "image: building $image_name; the log is build-image/log"
  run_group buildah bud --isolation chroot --pull-never --format docker --layers \
    --timestamp "$SOURCE_DATE_EPOCH" --file deploy/Dockerfile --tag "$built_name" \
    --volume "$cache:/mnt" --build-arg CCACHE_DIR=/mnt \
    --build-arg NODE_EXTRA_CA_CERTS=/mnt/authorities.crt \
    --build-arg "PAGE_PACKAGES=$page_packages" \
    --build-arg "BASE=$base_name" --build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" \
    --build-arg "VERSION=$(project_version)" \
    --build-arg "REVISION=$revision" \
    --build-arg "CREATED=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" \
    "${more[@]}" "$@" . >build-image/log 2>&1 || {
    tail -n 20 build-image/log >&2
    die "image: the build failed; its last lines are above"
  }
}

# The versions that this machine's apt would install now; the next build has a base of now, too.
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
  ! buildah inspect --type image "$base_name" >/dev/null 2>&1 ||
    buildah rmi --force "$base_name" >/dev/null
  say "image: $file has the versions of this machine's apt"
}
