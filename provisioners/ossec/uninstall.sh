# shellcheck shell=bash
# Takes an OSSEC that came from elsewhere off the machine: another version, another flavour, another way of installing
# it. run.sh sources this.

INIT_CONF=/etc/ossec-init.conf
# One release takes half a minute to end.
STOP_SECONDS=45

# What OSSEC's installer wrote down: DIRECTORY, VERSION, TYPE.
said() {
  sed -n "s/^$1=\"\(.*\)\"$/\1/p" "$INIT_CONF" 2>/dev/null || true
}

# The folder of an OSSEC that is installed; nothing where there is none.
installed_folder() {
  local folder=$HOME_OF_OSSEC
  if [[ -f $INIT_CONF ]]; then folder=$(said DIRECTORY); fi
  if [[ -f $INIT_CONF || -e $folder ]]; then printf '%s\n' "${folder:-$HOME_OF_OSSEC}"; fi
}

# The folder will be removed, so it must look like OSSEC's and like nothing else's.
must_be_ossec() {
  local folder=$1
  [[ $folder =~ ^/[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+$ && $folder/ != */../* && $folder/ != */./* ]] ||
    die "$INIT_CONF names '$folder' as OSSEC's folder, which is not removed; start from an image without OSSEC"
  [[ ! -e $folder/bin/wazuh-control ]] ||
    die "$folder holds Wazuh, not OSSEC; start from an image without it"
  [[ ! -e $folder || -e $folder/bin/ossec-control ]] ||
    die "$folder is in the way and no OSSEC; start from an image without it"
}

# The ids of the processes that run programs from below a folder.
processes_of() {
  local link program
  for link in /proc/[0-9]*/exe; do
    program=$(readlink -- "$link" 2>/dev/null) || continue
    if [[ $program == "$1"/* ]]; then cut -d/ -f3 <<<"$link"; fi
  done
}

# ossec-control returns while daemons still end, so their processes are what counts.
stop_daemons() {
  local folder=$1 second pids
  if [[ -d /run/systemd/system ]]; then systemctl stop 'ossec*' bake-notifier.service &>/dev/null || true; fi
  if [[ -x $folder/bin/ossec-control ]]; then
    timeout 30 "$folder/bin/ossec-control" stop </dev/null &>/dev/null || true
  fi
  for ((second = 0; second < STOP_SECONDS; second++)); do
    mapfile -t pids < <(processes_of "$folder")
    ((${#pids[@]} > 0)) || return 0
    kill "${pids[@]}" 2>/dev/null || true
    sleep 1
  done
  kill -KILL "${pids[@]}" 2>/dev/null || true
}

# A package would put its files back at its next upgrade.
remove_package() {
  local packages
  mapfile -t packages < <(LC_ALL=C dpkg-query --search "$1/bin/ossec-control" 2>/dev/null | sed 's/[:,].*//' | sort -u)
  ((${#packages[@]} == 0)) || apt_get purge -- "${packages[@]}"
}

remove_starters() {
  local units=(/etc/systemd/system/{ossec,bake-notifier}* /etc/systemd/system/*.{wants,requires}/{ossec,bake-notifier}*
    /usr/lib/systemd/system/ossec*)
  ((${#units[@]} == 0)) || rm -rf -- "${units[@]}"
  if [[ -d /run/systemd/system ]]; then quietly systemctl daemon-reload; fi
  rm -f /etc/init.d/ossec
  quietly update-rc.d -f ossec remove
  if [[ -f /etc/rc.local ]]; then sed -i '\|/bin/ossec-control start|d' /etc/rc.local; fi
}

remove_users() {
  local user
  for user in ossec ossecm ossecr; do
    if getent passwd "$user" >/dev/null; then quietly userdel "$user"; fi
  done
  if getent group ossec >/dev/null; then quietly groupdel ossec; fi
}

uninstall() {
  local folder version flavour
  folder=$(installed_folder)
  [[ -n $folder ]] || return 0
  must_be_ossec "$folder"
  version=$(said VERSION)
  flavour=$(said TYPE)
  stop_daemons "$folder"
  remove_package "$folder"
  remove_starters
  rm -rf --one-file-system -- "$folder" "$INIT_CONF" "$RECORD"
  remove_users
  say "uninstalled OSSEC ${version:-of an unknown version} (${flavour:-unknown flavour}) from $folder"
}
