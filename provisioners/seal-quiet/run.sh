#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
auto_update=
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

PATCHER=unattended-upgrades

is_installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Whether a row is for this image.
applies() {
  case $1 in
    every) ;;
    fixed) [[ $auto_update == no ]] ;;
    patched) [[ $auto_update == yes ]] ;;
    *) die "noise.tsv: $1 is no kind of image" ;;
  esac
}

refuse() {
  if is_installed "$1"; then die "$1 is installed, and no image may have it: it $2"; fi
}

# A unit that is not there yet stays masked when its package comes. What base has masked, a role may need.
mask() {
  local is=no
  if [[ $(readlink -- "/etc/systemd/system/$1" 2>/dev/null) == /dev/null ]]; then is=yes; fi
  if applies "$2"; then
    if [[ $is == no ]]; then
      quietly systemctl mask "$1"
      say "$1: masked: $3"
    fi
  elif [[ $is == yes ]]; then
    quietly systemctl unmask "$1"
    say "$1: may start"
  fi
}

place_or_remove() {
  if applies "$2"; then
    place "$BAKE_STEP_FOLDER/rootfs$1" "$1" root root 0644
  elif [[ -e $1 ]]; then
    rm -f -- "$1"
    say "$1: removed, not for this image"
  fi
}

deal_with() {
  local how=$1 what=$2 where=$3 why=$4
  case $how in
    refuse) refuse "$what" "$why" ;;
    mask) mask "$what" "$where" "$why" ;;
    place)
      if applies "$where"; then mkdir --parents -- "${what%/*}"; fi
      place_or_remove "$what" "$where"
      ;;
    beside) if [[ -d ${what%/*} ]]; then place_or_remove "$what" "$where"; fi ;;
    keep) ;;
    *) die "noise.tsv: $how is no way to deal with anything" ;;
  esac
}

if [[ $auto_update == yes ]] && ! is_installed "$PATCHER"; then
  apt_get update
  apt_get install --no-remove -- "$PATCHER"
  say "installed $PATCHER"
fi
mapfile -t rows < <(grep --invert-match '^#' "$BAKE_STEP_FOLDER/noise.tsv")
for row in "${rows[@]}"; do
  IFS=$'\t' read -r how what where why <<<"$row"
  deal_with "$how" "$what" "$where" "$why"
done
