#!/usr/bin/env bash
# Follows the README on a bare machine: a minimal Debian in a chroot, a clean clone of HEAD in it, `bootstrap.sh`.
# Runs in a mount namespace of its own: whatever happens, its mounts end with it. Exit 77: cannot be tried here.
set -euo pipefail

usage() {
  cat <<END
usage: tests/bare-machine.sh bookworm|trixie [--keep] [run|test|both]

  --keep   leave the root filesystem there afterwards
  both     ./bootstrap.sh run, then ./bootstrap.sh test (the default)

Needs root, debootstrap, git, and a Debian mirror among this machine's own apt sources. The bare system is kept for a
week in \${XDG_CACHE_HOME:-~/.cache}/mecsim-bare; it is unpacked under \${TMPDIR:-/var/tmp}.
END
}

note() { printf 'bare-machine: %s\n' "$*" >&2; }
die() {
  note "$@"
  exit 1
}
skip() {
  echo "SKIP: $*"
  exit 77
}

release='' keep=no what=''
for argument in "$@"; do
  case $argument in
    bookworm | trixie) release=$argument ;;
    run | test | both) what=$argument ;;
    --keep) keep=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      note "unknown argument: $argument"
      usage >&2
      exit 2
      ;;
  esac
done
if [[ -z $release ]]; then
  usage >&2
  exit 2
fi

((EUID == 0)) || skip "needs root"
for tool in unshare findmnt mount debootstrap git wget; do
  command -v "$tool" >/dev/null || skip "needs $tool"
done
if [[ -z ${MECSIM_BARE_NAMESPACE-} ]]; then
  unshare --mount true 2>/dev/null || skip "needs the right to mount"
  MECSIM_BARE_NAMESPACE=yes exec unshare --mount --propagation private -- "$BASH" "${BASH_SOURCE[0]}" "$@"
fi

unset CDPATH
repository=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/mecsim-bare
folder='' child=''

# Nothing is removed while anything is mounted below it.
clean_up() {
  local point
  trap '' INT TERM
  if [[ -n $child ]]; then
    kill -TERM -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  [[ -n $folder ]] || return 0
  for point in dev proc sys; do umount --recursive --lazy "$folder/root/$point" 2>/dev/null || true; done
  if findmnt --raw --noheadings --output TARGET | grep -qF "${folder##*/}/"; then
    note "still mounted, so left there: $folder"
  elif [[ $keep == yes ]]; then
    note "kept: $folder/root; enter it with chroot, and find the clone in $home"
  else
    rm -rf --one-file-system -- "$folder"
  fi
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# in_group COMMAND...: in a process group of its own, so that an interrupt reaches all of it at once.
in_group() {
  local status=0
  set -m
  "$@" </dev/null &
  child=$!
  set +m
  wait "$child" || status=$?
  child=''
  return "$status"
}

# Every "URI" of an enabled deb entry that lists main for a suite named like a Debian release, a line each.
mirrors_of_apt_sources() {
  local suites='^(bookworm|trixie|bullseye|forky|sid|stable|oldstable|testing|unstable)$'
  shopt -s nullglob
  local lists=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list) stanzas=(/etc/apt/sources.list.d/*.sources)
  shopt -u nullglob
  for list in "${lists[@]}"; do
    [[ ! -r $list ]] || awk -v suites="$suites" '
      $1 == "deb" {
        sub(/\[[^]]*\]/, "")
        for (i = 4; i <= NF; i++) if ($i == "main" && $3 ~ suites) print $2
      }' "$list"
  done
  for stanza in "${stanzas[@]}"; do
    awk -v suites="$suites" '
      function flush(   i, j, n, m, uri, suite, listed) {
        n = split(field["uris"], uri); m = split(field["suites"], suite)
        for (j = 1; j <= m; j++) if (suite[j] ~ suites) listed = 1
        if (listed && (" " field["components"] " ") ~ /[ \t]main[ \t]/ && field["types"] ~ /deb([ \t]|$)/ &&
            tolower(field["enabled"]) !~ /no|false/)
          for (i = 1; i <= n; i++) print uri[i]
        split("", field)
      }
      /^#/ { next }
      /^[ \t]*$/ { flush(); next }
      /^[ \t]/ { field[key] = field[key] " " $0; next }
      { key = tolower($0); sub(/:.*/, "", key); value = $0; sub(/^[^:]*:/, "", value); field[key] = value }
      END { flush() }' "$stanza"
  done
}

# The first of this machine's mirrors that offers the release and says that it is Debian's own.
find_mirror() {
  local uri listing
  while read -r uri; do
    if [[ $uri == mirror+file:* ]]; then uri=$(awk '!/^#/ { print $1; exit }' "${uri#mirror+file:}"); fi
    [[ $uri == http://* || $uri == https://* ]] || continue
    listing=$(wget -q --timeout=20 --tries=2 -O - "${uri%/}/dists/$release/InRelease") || continue
    if grep -qx 'Origin: Debian' <<<"$listing" && grep -qx "Codename: $release" <<<"$listing"; then
      echo "${uri%/}"
      return
    fi
  done < <(mirrors_of_apt_sources | awk '!seen[$0]++')
  return 1
}

# wget, inside debootstrap, does not read apt's settings.
use_proxy_of_apt() {
  local http='' https=''
  eval "$(apt-config shell http Acquire::http::Proxy https Acquire::https::Proxy)"
  if [[ -n $http && $http != DIRECT && -z ${http_proxy-} ]]; then export http_proxy=$http; fi
  if [[ -n $https && $https != DIRECT && -z ${https_proxy-} ]]; then export https_proxy=$https; fi
}

make_root() {
  local tarball=$cache/$release.tar
  mkdir -p "$root" "$cache"
  if [[ -n $(find "$tarball" -mtime -7 2>/dev/null) ]]; then
    in_group tar --numeric-owner -C "$root" -xpf "$tarball"
    return
  fi
  in_group debootstrap --variant=minbase "$release" "$root" "$mirror" >"$folder/debootstrap.log" 2>&1 || {
    tail -n 20 "$folder/debootstrap.log" >&2
    die "debootstrap failed"
  }
  in_group tar --numeric-owner --one-file-system -C "$root" -cf "$tarball.$$" .
  mv -f "$tarball.$$" "$tarball"
}

# What lets apt work in there as it does out here: mirror, names, proxy, certificates. Nothing else comes along.
connect_root() {
  echo "deb $mirror $release main" >"$root/etc/apt/sources.list"
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
  apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries|ForceIPv)' | grep -vi 'proxy-\?auto' \
    >"$root/etc/apt/apt.conf.d/99host" || true
  if [[ -r /etc/ssl/certs/ca-certificates.crt && ! -e $root/etc/ssl/certs/ca-certificates.crt ]]; then
    install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  fi
}

mount_in_root() {
  local node
  mount -t proc proc "$root/proc"
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  mkdir "$root/dev/shm"
  mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
  for node in null zero full random urandom; do
    : >"$root/dev/$node"
    mount --bind "/dev/$node" "$root/dev/$node"
  done
  mkdir "$root/dev/pts"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s fd/0 "$root/dev/stdin"
  ln -s fd/1 "$root/dev/stdout"
  ln -s fd/2 "$root/dev/stderr"
}

# The clone stands under a name with a space, as some users' folders do.
readonly home='/root/a bare machine/mecsim'
clone_head() {
  local data
  # A checkout that another user owns may be read here.
  printf '[safe]\n\tdirectory = *\n' >"$folder/gitconfig"
  mkdir -p "$root${home%/*}"
  GIT_CONFIG_GLOBAL=$folder/gitconfig git clone --quiet --no-hardlinks "$repository" "$root$home"
  if [[ -n $(GIT_CONFIG_GLOBAL=$folder/gitconfig git -C "$repository" status --porcelain) ]]; then
    note "there are uncommitted changes: they are not tried"
  fi
  for data in vectors; do
    if [[ -d $repository/../shared/$data ]]; then
      mkdir -p "$root${home%/*}/shared"
      cp -rL "$repository/../shared/$data" "$root${home%/*}/shared/"
    fi
  done
}

# in_root COMMAND...: in the clone, with nothing of this machine's environment but the way to the net.
in_root() {
  local variable kept=()
  for variable in http_proxy https_proxy ftp_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY CMAKE_BUILD_PARALLEL_LEVEL; do
    if [[ -n ${!variable-} ]]; then kept+=("$variable=${!variable}"); fi
  done
  # shellcheck disable=SC2016  # expanded in there
  in_group chroot "$root" /usr/bin/env -i HOME=/root LANG=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "${kept[@]}" \
    /bin/bash -c 'cd "$1" && shift && exec "$@"' bash "$home" "$@"
}

readings=()
# timed NAME COMMAND...: notes how long the command took, for the last lines.
timed() {
  local name=$1 begin=$SECONDS
  shift
  echo "=== $release: $name"
  "$@"
  readings+=("$name: $((SECONDS - begin)) s")
}

bootstrap() {
  local log tee status=0
  exec {log}> >(exec tee "$folder/$1.log")
  tee=$!
  in_root ./bootstrap.sh "$1" >&"$log" 2>&1 || status=$?
  exec {log}>&-
  wait "$tee" || true
  ((status == 0)) || die "./bootstrap.sh $1 failed on $release (exit $status)"
}

use_proxy_of_apt
mirror=$(find_mirror) || skip "no mirror of Debian $release among this machine's apt sources, or out of reach"
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/mecsim-bare.XXXXXXXX")
root=$folder/root

timed "bare system" make_root
connect_root
mount_in_root
clone_head
case ${what:-both} in
  run | both) timed "./bootstrap.sh run" bootstrap run ;;&
  test | both) timed "./bootstrap.sh test" bootstrap test ;;
esac

echo "=== $release: all went well"
printf '%s\n' "${readings[@]}"
sed -n 's/^--- \(.*\): done in \(.*\)$/  of run: \1: \2/p' "$folder/run.log" 2>/dev/null || true
echo "disk used: $(du -sxm "$root" | cut -f1) MB"
