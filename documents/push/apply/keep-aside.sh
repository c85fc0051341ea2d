#!/usr/bin/env bash
# keep-aside.sh keep|put-back|forget BUNDLE: what was here, while ours is installed in its place: an OSSEC from elsewhere,
# or nothing. What is kept survives this program: whoever finds KEPT puts it back before anything else.
set -euo pipefail
shopt -s inherit_errexit nullglob
bundle=$2
# shellcheck source-path=SCRIPTDIR/../../../provisioners source=lib.sh
. "$bundle/steps/lib.sh"
# shellcheck source-path=SCRIPTDIR/../../../provisioners source=ossec/uninstall.sh
. "$bundle/steps/ossec/uninstall.sh"

HOME_OF_OSSEC=/var/ossec
RECORD=/var/lib/bake/ossec.sha256
KEPT=/var/lib/bake/push/kept

# All that uninstalling takes away, but for the folder itself, which may be large.
files_around() {
  local folder=$1 package
  printf '%s\n' "$INIT_CONF" "$RECORD" /etc/rc.local /etc/init.d/ossec /etc/rc?.d/*ossec \
    /etc/systemd/system/{ossec,bake-notifier}* /etc/systemd/system/*.{wants,requires}/{ossec,bake-notifier}* \
    /usr/lib/systemd/system/ossec*
  package=$(LC_ALL=C dpkg-query --search "$folder/bin/ossec-control" 2>/dev/null | sed 's/[:,].*//' | head -n 1) || true
  if [[ -z $package ]]; then return; fi
  dpkg-query --listfiles "$package" | while IFS= read -r path; do
    if [[ $path != "$folder" && $path != "$folder"/* && (-L $path || ! -d $path) ]]; then printf '%s\n' "$path"; fi
  done
}

there() {
  while IFS= read -r path; do
    if [[ -e $path || -L $path ]]; then printf '%s\n' "${path#/}"; fi
  done
}

keep() {
  local folder
  folder=$(installed_folder)
  rm -rf "$KEPT.new"
  mkdir --mode=0700 "$KEPT.new"
  # Empty where there is nothing: then nothing comes back.
  printf '%s\n' "$folder" >"$KEPT.new/folder"
  if [[ -n $folder ]]; then describe "$folder"; fi
  # Nothing is kept yet, so this is what a killed run did not come to take away.
  [[ -z $folder ]] || rm -rf --one-file-system -- "$folder.bake-kept"
  # From here on it is put back.
  mv "$KEPT.new" "$KEPT"
  if [[ -z $folder ]]; then return; fi
  stop_daemons "$folder"
  if [[ -e $folder ]]; then mv --no-target-directory "$folder" "$folder.bake-kept"; fi
}

describe() {
  local folder=$1
  must_be_ossec "$folder"
  [[ ! -e $folder || $(stat --format=%m "$folder") != "$folder" ]] ||
    die "$folder is a disk of its own, so that it can't be kept aside: uninstall it by hand first"
  getent passwd ossec ossecm ossecr ossece >"$KEPT.new/passwd" || true
  getent group ossec >"$KEPT.new/group" || true
  systemctl list-units --plain --no-legend --state=active 'ossec*' 'bake-notifier*' | cut -d' ' -f1 >"$KEPT.new/units"
  processes_of "$folder" >"$KEPT.new/processes"
  files_around "$folder" | there | sort -u >"$KEPT.new/files"
  tar --create --no-recursion --file "$KEPT.new/files.tar" --directory / --files-from "$KEPT.new/files"
}

# As they were: files of the kept folder belong to their numbers.
users_back() {
  local name _ id group home shell
  while IFS=: read -r name _ id _; do
    getent group "$name" >/dev/null || groupadd --system --gid "$id" "$name"
  done <"$KEPT/group"
  while IFS=: read -r name _ id group _ home shell; do
    getent passwd "$name" >/dev/null ||
      useradd --system --uid "$id" --gid "$group" --home-dir "$home" --no-create-home --shell "$shell" "$name"
  done <"$KEPT/passwd"
}

start_again() {
  local units folder=$1
  mapfile -t units <"$KEPT/units"
  if ((${#units[@]} > 0)); then
    systemctl start "${units[@]}"
  elif [[ -s $KEPT/processes ]]; then
    "$folder/bin/ossec-control" start </dev/null &>/dev/null
  fi
}

# Whatever has come in its place, whole or not; there may be nothing.
take_away() {
  stop_daemons "$HOME_OF_OSSEC"
  remove_starters
  rm -rf --one-file-system -- "$HOME_OF_OSSEC" "$INIT_CONF" "$RECORD"
  systemctl reset-failed 'ossec*' 'bake-notifier*' &>/dev/null || true
  # Who is missing afterwards is made anew.
  (remove_users) || true
}

put_back() {
  local folder
  if [[ ! -e $KEPT ]]; then return; fi
  folder=$(<"$KEPT/folder")
  if [[ -z $folder || -e $folder.bake-kept ]]; then take_away; fi
  if [[ -n $folder ]]; then
    if [[ -e $folder.bake-kept ]]; then
      rm -rf --one-file-system -- "$folder"
      mv --no-target-directory "$folder.bake-kept" "$folder"
    fi
    users_back
    tar --extract --preserve-permissions --file "$KEPT/files.tar" --directory /
    systemctl daemon-reload
    start_again "$folder"
  fi
  end
}

# In one move: half of it would be worse than nothing.
end() {
  rm -rf "$KEPT.ended"
  mv "$KEPT" "$KEPT.ended"
  rm -rf "$KEPT.ended"
}

forget() {
  local folder
  folder=$(<"$KEPT/folder")
  end
  [[ -z $folder ]] || rm -rf --one-file-system -- "$folder.bake-kept" || true
}

case $1 in
  keep) keep ;;
  put-back) put_back ;;
  forget) forget ;;
  *) exit 64 ;;
esac
