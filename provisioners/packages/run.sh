#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
packages=()
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

# apt reads more into a word than a name: "jq-" removes, "jq/testing" changes the release, "j*" is a pattern.
NAME='[a-z0-9]([a-z0-9+.-]*[a-z0-9+])?(:[a-z0-9]+)?'
VERSION='[A-Za-z0-9.+:~-]+'

is_installed() {
  local name=${1%%=*} state
  state=$(LC_ALL=C dpkg-query --show --showformat='${db:Status-Status} ${Version}\n' -- "$name" 2>/dev/null) || return 1
  if [[ $1 == *=* ]]; then
    [[ $state == "installed ${1#*=}" ]]
  else
    [[ $state == 'installed '* ]]
  fi
}

# Says which packages are new or have another version: those asked for one a line, what they brought in one more.
say_difference() {
  local before=$1 name version asked=("${packages[@]%%=*}") brought=()
  while read -r name version; do
    if [[ " ${asked[*]%%:*} " == *" $name "* ]]; then
      say "installed $name $version"
    else
      brought+=("$name $version")
    fi
  done < <(LC_ALL=C comm -13 <(printf '%s\n' "$before") <(installed_packages))
  ((${#brought[@]} == 0)) || say "installed with them: $(printf '%s, ' "${brought[@]}" | sed 's/, $//')"
}

missing=()
for package in "${packages[@]}"; do
  [[ $package =~ ^$NAME(=$VERSION)?$ ]] || die "'$package' is not NAME or NAME=VERSION of a Debian package"
  is_installed "$package" || missing+=("$package")
done
((${#missing[@]} > 0)) || exit 0

before=$(installed_packages)
apt_get update
apt_get install --no-remove --allow-downgrades -- "${missing[@]}"
say_difference "$before"
