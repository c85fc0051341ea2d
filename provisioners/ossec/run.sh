#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit nullglob
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=uninstall.sh
. "$BAKE_STEP_FOLDER/uninstall.sh"
# shellcheck source-path=SCRIPTDIR source=compile.sh
. "$BAKE_STEP_FOLDER/compile.sh"
# shellcheck source-path=SCRIPTDIR source=built-tree.sh
. "$BAKE_STEP_FOLDER/built-tree.sh"
# shellcheck source-path=SCRIPTDIR source=behaviour.sh
. "$BAKE_STEP_FOLDER/behaviour.sh"

HOME_OF_OSSEC=/var/ossec
# Which tarball this machine's OSSEC was installed from.
RECORD=/var/lib/bake/ossec.sha256

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
report_platform
if [[ -e $RECORD && $(<"$RECORD") == "$BAKE_OSSEC_TARBALL_SHA256" && -x $HOME_OF_OSSEC/bin/ossec-control ]]; then
  exit 0
fi

work=$(mktemp --directory /var/tmp/bake-ossec.XXXXXXXXXX)
trap 'rm -rf -- "$work"' EXIT
mkdir -- "$work/source" "$work/tree"
offered=$(offered_tree)
if [[ -n $offered ]]; then
  unpack_tree "$offered" "$work/tree"
  source=$work/tree/source
else
  unpack "$BAKE_OSSEC_TARBALL_FILE" "$work/source"
  source=$(find_root "$work/source")
fi
uninstall
if [[ -n $offered ]]; then
  install_from_tree "$work/tree"
elif [[ -e $source/BAKE-STAND-IN ]]; then
  run_installer "$source"
  begin_tree "$work/tree"
else
  install_from_source "$source" "$work/tree"
fi
[[ -x $HOME_OF_OSSEC/bin/ossec-control && -f /etc/ossec-init.conf ]] ||
  die "OSSEC's install.sh ended well but installed nothing in $HOME_OF_OSSEC"
leave_it_off
if [[ ! -e $source/BAKE-STAND-IN ]]; then
  has_its_libraries
  notices_changes
fi
if [[ -z $offered ]]; then pack_tree "$work/tree" "$source"; fi

mkdir --parents -- "${RECORD%/*}"
printf '%s\n' "$BAKE_OSSEC_TARBALL_SHA256" >"$RECORD"
say "installed OSSEC $(said VERSION) in $HOME_OF_OSSEC, off${offered:+, from a compiled tree}"
