#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit nullglob
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=uninstall.sh
. "$BAKE_STEP_FOLDER/uninstall.sh"
# shellcheck source-path=SCRIPTDIR source=behaviour.sh
. "$BAKE_STEP_FOLDER/behaviour.sh"

HOME_OF_OSSEC=/var/ossec
# Which tarball this machine's OSSEC was installed from.
RECORD=/var/lib/bake/ossec.sha256
# A compile takes half a minute on one core and prints 0.3 MB; an installer that asks for ever prints 1 MB a second.
INSTALL_SECONDS=900
INSTALL_BYTES=3000000
BUILD_PACKAGES=(gcc make libc6-dev libmagic-dev libpcre2-dev libssl-dev libsystemd-dev zlib1g-dev)

check_tarball() {
  [[ -f $1 ]] || die "$1 is missing: OSSEC's tarball was not uploaded"
  sha256sum --check --status <<<"$BAKE_OSSEC_TARBALL_SHA256  $1" || die "$1 does not have the frozen sha256 $BAKE_OSSEC_TARBALL_SHA256"
}

# Unpacks into an empty folder; nothing of it may lead out of that folder.
unpack() {
  local tarball=$1 into=$2 names link
  names=$(tar --list --quoting-style=escape --file "$tarball")
  if grep --max-count=1 --extended-regexp '^/|(^|/)\.\.(/|$)' <<<"$names" >&2; then
    die "$tarball: the path above leads out of the archive"
  fi
  tar --extract --no-same-owner --file "$tarball" --directory "$into"
  if find "$into" ! -type f ! -type d ! -type l -printf '%P\n' | grep . >&2; then
    die "$tarball: the entries above are neither files nor folders"
  fi
  while IFS= read -r -d '' link; do
    [[ $(realpath --canonicalize-missing -- "$link") == "$into"/* ]] ||
      die "$tarball: ${link#"$into"/} is a symlink that leads out of the archive"
  done < <(find "$into" -type l -print0)
}

# The folder of install.sh: the archive's top, or its only folder.
find_root() {
  local folders=("$1"/*/)
  if [[ ! -e $1/install.sh && ${#folders[@]} -eq 1 ]]; then
    set -- "${folders[0]%/}"
  fi
  [[ -f $1/install.sh ]] || die "the tarball has no install.sh at its top: it is not OSSEC's source"
  printf '%s\n' "$1"
}

run_installer() {
  local root=$1 log=$1/bake-install.log status=0
  install --mode=0600 -- "$BAKE_STEP_FOLDER/preloaded-vars.conf" "$root/etc/preloaded-vars.conf"
  env --ignore-environment --chdir="$root" PATH="$PATH" HOME=/root \
    timeout --kill-after=10 "$INSTALL_SECONDS" ./install.sh </dev/null 2>&1 |
    head --bytes="$INSTALL_BYTES" >"$log" || status=$?
  if ((status != 0)); then
    tail -n 40 -- "$log" >&2
    case $status in
      124 | 137) die "OSSEC's install.sh did not end within $INSTALL_SECONDS s; its last lines are above" ;;
      141) die "OSSEC's install.sh printed more than $INSTALL_BYTES bytes; its last lines are above" ;;
      *) die "OSSEC's install.sh failed with exit code $status; its last lines are above" ;;
    esac
  fi
}

# The installed packages that OSSEC's programs load libraries from, and what those depend on.
needed_packages() {
  local library packages
  mapfile -t packages < <(
    ldd "$HOME_OF_OSSEC"/bin/* 2>/dev/null | sed -n 's|.* => \(/[^ ]*\) .*|\1|p' | sort -u |
      while read -r library; do LC_ALL=C dpkg-query --search "*/${library##*/}"; done | sed 's/[:,].*//' | sort -u
  )
  apt-cache depends --recurse --installed --important "${packages[@]}" | grep '^[a-z0-9]' | sed 's/:.*//' | LC_ALL=C sort -u
}

names() {
  cut -d' ' -f1 <<<"$1"
}

# The compiler and the headers go again; nothing else that was there before is touched.
install_from_source() {
  local before new keep surplus missing
  before=$(names "$(installed_packages)")
  apt_get update
  apt_get install --no-remove -- "${BUILD_PACKAGES[@]}"
  run_installer "$1"
  new=$(LC_ALL=C comm -13 <(printf '%s\n' "$before") <(names "$(installed_packages)"))
  mapfile -t keep < <(LC_ALL=C comm -12 <(printf '%s\n' "$new") <(needed_packages))
  mapfile -t surplus < <(LC_ALL=C comm -23 <(printf '%s\n' "$new") <(printf '%s\n' "${keep[@]}"))
  ((${#keep[@]} == 0)) || quietly apt-mark manual "${keep[@]}"
  ((${#surplus[@]} == 0)) || apt_get purge -- "${surplus[@]}"
  missing=$(ldd "$HOME_OF_OSSEC"/bin/* 2>/dev/null | grep 'not found' || true)
  [[ -z $missing ]] || die "OSSEC's programs lack libraries after the build's packages went:"$'\n'"$missing"
}

leave_it_off() {
  local running=("$HOME_OF_OSSEC"/var/run/*.pid)
  if ((${#running[@]} > 0)); then
    "$HOME_OF_OSSEC/bin/ossec-control" stop >/dev/null 2>&1 || true
    die "OSSEC's installer started OSSEC; on a builder it must not run"
  fi
  # systemd runs the daemons one by one (ossec-config); as one service nothing would start a dead one again.
  quietly update-rc.d -f ossec remove
  quietly systemctl mask ossec.service
}

check_tarball "$BAKE_OSSEC_TARBALL_FILE"
if [[ -e $RECORD && $(<"$RECORD") == "$BAKE_OSSEC_TARBALL_SHA256" && -x $HOME_OF_OSSEC/bin/ossec-control ]]; then
  exit 0
fi

work=$(mktemp --directory /var/tmp/bake-ossec.XXXXXXXXXX)
trap 'rm -rf -- "$work"' EXIT
mkdir -- "$work/tree"
unpack "$BAKE_OSSEC_TARBALL_FILE" "$work/tree"
root=$(find_root "$work/tree")
uninstall
if [[ -e $root/BAKE-STAND-IN ]]; then
  run_installer "$root"
else
  install_from_source "$root"
fi
[[ -x $HOME_OF_OSSEC/bin/ossec-control && -f /etc/ossec-init.conf ]] ||
  die "OSSEC's install.sh ended well but installed nothing in $HOME_OF_OSSEC"
leave_it_off
if [[ ! -e $root/BAKE-STAND-IN ]]; then notices_changes; fi

mkdir --parents -- "${RECORD%/*}"
printf '%s\n' "$BAKE_OSSEC_TARBALL_SHA256" >"$RECORD"
say "installed OSSEC $(said VERSION) in $HOME_OF_OSSEC, off"
