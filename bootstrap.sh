#!/usr/bin/env bash
# From a bare Debian 12 or 13 to a first result (`run`) or a tested build (`test`). Can be run again: what is there stays.
set -euo pipefail

unset CDPATH
cd -P -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")"
# Debian's own tools first: a python3 of pyenv's or conda's lacks the packages installed here. The sbin folders are for
# dpkg, which refuses to work without them, and a root shell from plain `su` lacks them.
export PATH="/usr/bin:/bin:$PATH:/usr/local/sbin:/usr/sbin:/sbin"

readonly build_dir=build/release
readonly scenario=scenarios/quickstart.yaml
readonly out_dir=results/out/quickstart

# Boost.Program_options is the only compiled part of Boost in use; its Graph and Random are headers, in libboost-dev.
readonly run_packages=(
  g++ cmake ninja-build
  libsimgrid-dev libboost-dev libboost-program-options-dev libfmt-dev libyaml-cpp-dev nlohmann-json3-dev
  libonnx-dev libprotobuf-dev libopenblas-serial-dev libsqlite3-dev
  python3-matplotlib graphviz)
# Boost.MPI and Open MPI: 110 MB, for sweeps on several machines. Without them all else works.
readonly test_packages=(catch2 libboost-mpi-dev openmpi-bin)

usage() {
  cat <<END
usage: ./bootstrap.sh VERB

  run     install packages, build, simulate $scenario, draw the report
  test    install packages, build with the tests, run the whole test suite
  deps    only install the packages that run and test need (as root, or with sudo)
  build   only build $build_dir/mecsim
  help    this text

Debian 12 and 13 are supported. CMAKE_BUILD_PARALLEL_LEVEL limits the parallel jobs.
END
}

note() { printf 'bootstrap.sh: %s\n' "$*" >&2; }
die() {
  note "$@"
  exit 1
}

doing=''
report_failure() {
  local status=$?
  if ((status != 0)) && [[ -n $doing ]]; then note "failed (exit $status) while it $doing"; fi
}
trap report_failure EXIT

# step DOING COMMAND...: runs the command under a heading and says how long it took.
step() {
  doing=$1
  shift
  printf '==> %s\n' "$doing"
  local begin=${EPOCHREALTIME//[!0-9]/} # microseconds, whatever the locale's decimal sign
  "$@"
  local tenths=$(((${EPOCHREALTIME//[!0-9]/} - begin) / 100000))
  printf -- '--- %s: done in %d.%d s\n' "$doing" $((tenths / 10)) $((tenths % 10))
}

# One job a core, and 1.5 GB of memory for each: a compiler killed for memory says nothing of use.
job_count() {
  if [[ -n ${CMAKE_BUILD_PARALLEL_LEVEL-} ]]; then
    echo "$CMAKE_BUILD_PARALLEL_LEVEL"
    return
  fi
  local cores memory_kb limit
  cores=$(nproc)
  memory_kb=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo 2>/dev/null) || true
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null) || true
  : "${memory_kb:=1572864}"
  if [[ $limit =~ ^[0-9]+$ ]] && ((limit / 1024 < memory_kb)); then memory_kb=$((limit / 1024)); fi
  local fitting=$((memory_kb / 1572864))
  if ((fitting > cores)); then fitting=$cores; fi
  echo $((fitting > 0 ? fitting : 1))
}

# No process substitution in this file: it needs /dev/fd, and a chroot may lack that.
missing_packages() {
  local installed package
  # shellcheck disable=SC2016  # dpkg-query expands its own ${...}
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null) || true
  for package in "$@"; do
    grep -qxF "installed $package" <<<"$installed" || echo "$package"
  done
}

say_if_untested() {
  local id version like
  # shellcheck source=/dev/null
  IFS='|' read -r id version like <<<"$(. /etc/os-release 2>/dev/null && echo "${ID-}|${VERSION_ID-}|${ID_LIKE-}")"
  case "$id $version" in 'debian 12' | 'debian 13') return ;; esac
  case " $id $like " in
    *' debian '* | *' ubuntu '*) note "tested on Debian 12 and 13; this is $id $version: trying anyway" ;;
    *) note "made for Debian 12 and 13; this is ${id:-unknown} $version, another family: trying anyway" ;;
  esac
}

install_packages() {
  local missing as_root=() log
  read -ra missing <<<"$(missing_packages "$@" | tr '\n' ' ')"
  if ((${#missing[@]} == 0)); then
    echo "all $# packages are installed"
    return
  fi
  say_if_untested
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    note "no apt-get here: cannot install packages. Going on as if their like were installed: $*"
    return
  fi
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "not root, and no sudo. As root, run: apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  log=$(mktemp)
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
    apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  echo "installing ${missing[*]}"
  if [[ ${missing[*]} == *g++* ]]; then echo "(on a bare machine: about 1.1 GB of disk, a minute or two)"; fi
  "${apt[@]}" update >"$log" 2>&1 </dev/null ||
    note "apt-get update failed; trying with the package lists that are there"
  if ! "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1 </dev/null; then
    tail -n 25 "$log" >&2
    die "apt-get could not install ${missing[*]} (whole log: $log)"
  fi
  rm -f "$log"
}

configure() {
  local launcher=${CMAKE_CXX_COMPILER_LAUNCHER-$(command -v ccache || true)}
  cmake --preset release -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" -DMECSIM_TESTS="$1"
}

# With what tests need there, they stay configured: to drop them would throw away their objects. They are not built here.
build_program() {
  local tests=OFF
  if [[ -z $(missing_packages "${test_packages[@]}") ]]; then tests=ON; fi
  configure "$tests"
  cmake --build --preset release --parallel "$(job_count)" --target mecsim
}

build_everything() {
  configure ON
  cmake --build --preset release --parallel "$(job_count)"
}

simulate() { "$build_dir/mecsim" run "$scenario" --out "$out_dir" --force; }
draw() { "$build_dir/mecsim" report "$out_dir"; }

say_where() {
  cat <<END

Results, in $PWD/$out_dir:
  tasks.csv       a row a task and policy: placement, latency, decision time
  summary.csv     a row a policy: latency statistics with intervals
  manifest.json   command, seed, scenario, versions, machine
END
  find "$out_dir" -type f \( -name '*.png' -o -name '*.svg' -o -name '*.pdf' -o -name '*.html' -o -name '*.md' \) |
    sort | sed "s|^$out_dir/|  |; s|\$|   (report)|"
  cat <<END

Try next:
  $build_dir/mecsim list
  $build_dir/mecsim run $scenario --policy greedy,optimal --tasks 1000 --seed 2 --out results/out/mine
END
}

verb=${1-help}
if (($# > 1)); then
  note "one verb at a time: $*"
  usage >&2
  exit 2
fi
case $verb in
  run)
    step "installs packages" install_packages "${run_packages[@]}"
    step "builds $build_dir/mecsim" build_program
    step "simulates $scenario" simulate
    step "draws the report" draw
    say_where
    ;;
  test)
    step "installs packages" install_packages "${run_packages[@]}" "${test_packages[@]}"
    step "builds $build_dir with tests" build_everything
    # CTest's closing lines are the last ones: its own total stands there, so no timing follows.
    doing="runs the tests"
    printf '==> %s\n' "$doing"
    ctest --test-dir "$build_dir" --no-tests=error --output-on-failure -j "$(job_count)"
    ;;
  deps) step "installs packages" install_packages "${run_packages[@]}" "${test_packages[@]}" ;;
  build) step "builds $build_dir/mecsim" build_program ;;
  help | -h | --help) usage ;;
  *)
    note "unknown verb: $verb"
    usage >&2
    exit 2
    ;;
esac
