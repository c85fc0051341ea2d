#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
paths=() owners=() groups=() modes=()
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

# By name only: useradd may give a number to someone else.
exists() {
  [[ $2 =~ [^0-9] ]] && getent "$1" "$2" >/dev/null
}

check() {
  local path=$1 owner=$2 group=$3 mode=$4
  [[ $path == /* && $path != */ && "$path/" != */../* && "$path/" != */./* && $path != *//* ]] ||
    die "'$path' is not a plain absolute path of a file"
  [[ $mode =~ ^[0-7]{4}$ ]] || die "$path: the mode '$mode' is not four octal digits"
  exists passwd "$owner" || die "$path: its owner '$owner' is no user here"
  exists group "$group" || die "$path: its group '$group' is no group here"
  no_link_on_the_way "$path"
}

same_length paths owners groups modes
for i in "${!paths[@]}"; do
  check "${paths[i]}" "${owners[i]}" "${groups[i]}" "${modes[i]}"
done
for i in "${!paths[@]}"; do
  mkdir --parents -- "${paths[i]%/*}/"
  place "$BAKE_STEP_FOLDER/rootfs${paths[i]}" "${paths[i]}" "${owners[i]}" "${groups[i]}" "${modes[i]}"
done
