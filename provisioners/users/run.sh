#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
names=() sudo=() shells=() groups=()
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

# Debian's useradd would take "ALL" or "%adm" too, which mean something else in sudoers.
NAME='^[a-z_][a-z0-9_.-]{0,31}$'

check() {
  local name=$1 shell=$2
  [[ $name =~ $NAME ]] || die "user '$name': a name has small letters, digits, and _ . -"
  [[ $shell == /* && -f $shell && -x $shell ]] || die "user $name: the shell $shell does not exist"
  [[ $name != "${SUDO_USER:-}" || ! -s $BAKE_STEP_FOLDER/keys/$name ]] ||
    die "user $name: the bake logs in as this user, whose keys belong into base.authorized_keys"
}

create_user() {
  local name=$1 shell=$2 own_group=(--user-group)
  if getent passwd "$name" >/dev/null; then return; fi
  if getent group "$name" >/dev/null; then own_group=(--gid "$name"); fi
  quietly useradd --create-home --shell "$shell" "${own_group[@]}" -- "$name"
  say "user $name: created"
}

set_shell() {
  local name=$1 shell=$2
  if [[ $(getent passwd "$name" | cut -d: -f7) != "$shell" ]]; then
    quietly usermod --shell "$shell" -- "$name"
    say "user $name: shell $shell"
  fi
}

add_to_groups() {
  local name=$1 wanted group
  IFS=, read -ra wanted <<<"$2"
  for group in "${wanted[@]}"; do
    [[ $group =~ $NAME ]] || die "user $name: '$group' is not the name of a group"
    if ! getent group "$group" >/dev/null; then
      quietly groupadd -- "$group"
      say "group $group: created"
    fi
    if [[ " $(id --name --groups -- "$name") " != *" $group "* ]]; then
      quietly usermod --append --groups "$group" -- "$name"
      say "user $name: in group $group"
    fi
  done
}

lock_password() {
  if [[ $(LC_ALL=C passwd --status -- "$1" | cut -d' ' -f2) != L ]]; then
    quietly usermod --password '!' -- "$1"
    say "user $1: password locked"
  fi
}

set_keys() {
  local name=$1 keys=$BAKE_STEP_FOLDER/keys/$1 home group
  home=$(getent passwd "$name" | cut -d: -f6)
  group=$(id --name --group -- "$name")
  [[ -s $keys || -s $home/.ssh/authorized_keys && $name != "${SUDO_USER:-}" ]] || return 0
  no_link_on_the_way "$home/.ssh/authorized_keys"
  [[ -d $home/.ssh ]] || install --directory --owner="$name" --group="$group" --mode=0700 -- "$home/.ssh"
  place "$keys" "$home/.ssh/authorized_keys" "$name" "$group" 0600
}

set_sudo() {
  local name=$1 allowed=$2 rule
  # sudo ignores files with a dot in their names.
  local file=/etc/sudoers.d/bake-${name//./=}
  case $allowed in
    yes)
      command -v visudo >/dev/null || die "user $name: sudo is not installed; add it to the packages"
      rule=$(mktemp)
      printf '%s ALL=(ALL:ALL) NOPASSWD:ALL\n' "$name" >"$rule"
      quietly visudo --check --strict --file="$rule"
      place "$rule" "$file" root root 0440
      rm -f -- "$rule"
      ;;
    no)
      if [[ -e $file ]]; then
        rm -f -- "$file"
        say "$file: removed"
      fi
      ;;
    *) die "user $name: sudo is '$allowed', not yes or no" ;;
  esac
}

same_length names sudo shells groups
for i in "${!names[@]}"; do
  check "${names[i]}" "${shells[i]}"
done
for i in "${!names[@]}"; do
  create_user "${names[i]}" "${shells[i]}"
  set_shell "${names[i]}" "${shells[i]}"
  add_to_groups "${names[i]}" "${groups[i]}"
  lock_password "${names[i]}"
  set_keys "${names[i]}"
  set_sudo "${names[i]}" "${sudo[i]}"
done
