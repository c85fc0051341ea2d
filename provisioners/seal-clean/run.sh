#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
last=
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

LOG_WRITERS=(syslog.socket rsyslog.service syslog-ng.service)
# These two write on the way down: randomness for the next boot, and that the machine went down.
LAST_WRITERS=(systemd-random-seed.service systemd-update-utmp.service)

is_running() {
  [[ -d /run/systemd/system ]] && systemctl --quiet is-active "$1"
}

homes() {
  getent passwd | awk -F: '($3 == 0 || $3 >= 1000) && $6 != "/" { print $6 }' | sort -u | while read -r home; do
    if [[ -d $home ]]; then printf '%s\n' "$home"; fi
  done
}

no_passwords() {
  if [[ $(LC_ALL=C passwd --status root | cut -d' ' -f2) != L ]]; then
    quietly usermod --password '!' root
    say 'root: password locked'
  fi
  if ! cmp --silent /etc/shadow /etc/shadow-; then
    cp --preserve /etc/shadow /etc/shadow-
    say '/etc/shadow-: as /etc/shadow, without earlier passwords'
  fi
  place "$BAKE_STEP_FOLDER/sshd.conf" /etc/ssh/sshd_config.d/10-bake-no-passwords.conf root root 0644
  [[ $(sshd_setting passwordauthentication root) == no ]] ||
    die '/etc/ssh/sshd_config lets passwords in before it includes sshd_config.d, or includes none of it'
}

# The keys that this machine was launched with, as sed expressions that delete their lines: the base64 text says it
# all. Keys that Packer made are known by their name where cloud-init's memory is gone already.
launch_keys() {
  printf '%s\n' '/ packer_[0-9a-f-]*$/d'
  command -v cloud-init >/dev/null || return 0
  { cloud-init query public_ssh_keys 2>/dev/null || true; } |
    grep --only-matching --extended-regexp 'AAAA[A-Za-z0-9+/=]+' | sed 's,.*,\\|&|d,' || true
}

# Files stay even where they are empty now: Packer looks for its key in them once more after the seal.
forget_launch_keys() {
  local expressions home file
  expressions=$(launch_keys)
  while read -r home; do
    file=$home/.ssh/authorized_keys
    if [[ -f $file && ! -L $file ]] && ! cmp --silent -- "$file" <(sed "$expressions" "$file"); then
      sed --in-place "$expressions" "$file"
      say "$file: the launch key removed"
    fi
  done < <(homes)
}

# From here on nothing writes to the disk's logs.
stop_writers() {
  local unit
  for unit in "${LOG_WRITERS[@]}" "${LAST_WRITERS[@]}"; do
    if is_running "$unit"; then quietly systemctl stop "$unit"; fi
  done
  if is_running systemd-journald.service; then quietly journalctl --relinquish-var; fi
}

forget_first_boot() {
  command -v cloud-init >/dev/null || return 0
  if [[ -e /var/lib/cloud/data || -e /var/lib/cloud/instances ]]; then
    quietly cloud-init clean --logs --seed
    say 'cloud-init: the next boot is a first boot'
  fi
}

# Words that a pattern of paths.tsv matches, into the array matches.
match() {
  local home IFS=
  matches=()
  if [[ $1 == '~'* ]]; then
    while read -r home; do
      # shellcheck disable=SC2206 # a pattern is meant
      matches+=("$home"${1#\~})
    done < <(homes)
  else
    # shellcheck disable=SC2206 # a pattern is meant
    matches=($1)
  fi
}

clean() {
  local how=$1 where=$2 why=$3 path did=removed count=0
  match "$where"
  for path in "${matches[@]}"; do
    # A pattern without a wildcard "matches" what is not there, too.
    [[ -e $path || -L $path ]] || continue
    # The steps that are still to come lie there; the last one removes it.
    if [[ $path == /var/tmp/bake && $last == no ]]; then continue; fi
    case $how in
      remove) rm -rf --one-file-system -- "$path" ;;
      empty)
        if [[ ! -f $path || -L $path || ! -s $path ]]; then continue; fi
        truncate --size=0 -- "$path"
        did=emptied
        ;;
    esac
    count=$((count + 1))
  done
  if ((count > 0)); then say "$where: $did ($count): $why"; fi
}

no_passwords
forget_launch_keys
stop_writers
forget_first_boot

mapfile -t rows < <(grep --invert-match '^#' "$BAKE_STEP_FOLDER/paths.tsv")
if grep --quiet 'Put here by bake' /usr/sbin/policy-rc.d 2>/dev/null; then
  rm -f /usr/sbin/policy-rc.d
  say '/usr/sbin/policy-rc.d: removed, packages may start services again'
fi

# Our own upload first, without a word: it is there at every run. Only what is in memory is used below.
cd /
if [[ $last == yes ]]; then
  rm -rf /var/tmp/bake
else
  rm -rf /var/tmp/bake/artifacts /var/tmp/bake/built
fi
shopt -s nullglob dotglob globstar
for row in "${rows[@]}"; do
  IFS=$'\t' read -r how where why <<<"$row"
  clean "$how" "$where" "$why"
done
