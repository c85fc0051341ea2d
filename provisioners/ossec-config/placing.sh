# shellcheck shell=bash
# Puts the files of the OSSEC layer where they belong. run.sh sources this.

# need_packages SYSTEM_LOG BLOCKING: what these values need beside OSSEC itself.
need_packages() {
  local system_log=$1 blocking=$2 package missing=() wanted=()
  if [[ $system_log == rsyslog ]]; then wanted+=(rsyslog); fi
  if [[ $blocking == yes ]]; then wanted+=(iptables); fi
  for package in "${wanted[@]}"; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  apt_get update
  apt_get install --no-remove -- "${missing[@]}"
  say "installed ${missing[*]}"
}

folder() {
  local path=$1 owner=$2 group=$3 mode=$4
  if [[ -d $path && $(stat --format='%U:%G:0%a' -- "$path") == "$owner:$group:$mode" ]]; then return; fi
  install --directory --owner="$owner" --group="$group" --mode="$mode" -- "$path"
  say "$path: a folder, $mode $owner:$group"
}

# As OSSEC owns its own: daemons that gave up root read them by their group, and nobody else does.
place_rendered() {
  local name
  for name in ossec.conf local_internal_options.conf; do
    place "$BAKE_STEP_FOLDER/$name" "$HOME_OF_OSSEC/etc/$name" root ossec 0640
  done
  for name in local_rules.xml bake_rules.xml; do
    if [[ -f $BAKE_STEP_FOLDER/$name ]]; then
      place "$BAKE_STEP_FOLDER/$name" "$HOME_OF_OSSEC/rules/$name" root ossec 0640
    fi
  done
  mkdir --parents -- /etc/bake
  folder /etc/bake/ossec root root 0755
  for name in notify.json ports.allow maintenance.json; do
    place "$BAKE_STEP_FOLDER/$name" "/etc/bake/ossec/$name" root root 0644
  done
}

# What is the same in every image: below rootfs/, at its place. What says how it is run is a program. What a look at
# the sources may have left beside them stays behind.
place_static() {
  local file target mode placed=0
  while IFS= read -r file; do
    target=${file#"$BAKE_STEP_FOLDER/rootfs"}
    mode=0644
    if [[ $(head --bytes=2 -- "$file") == '#!' ]]; then mode=0755; fi
    mkdir --parents -- "${target%/*}"
    if [[ -n $(place "$file" "$target" root root "$mode") ]]; then placed=$((placed + 1)); fi
  done < <(find "$BAKE_STEP_FOLDER/rootfs" -type f -not -path '*/rootfs/*/.*' -not -path '*/__pycache__/*' | LC_ALL=C sort)
  ((placed == 0)) || say "bake's units and programs for OSSEC: $placed files placed"
}

# URLs that are baked in come in base64, under names that end in HOOK_1; they become hook-1.url, for root alone. What
# an earlier run left and this image does not name goes.
place_hooks() {
  local variable name file scratch here=/etc/bake/ossec/hooks named=' '
  folder "$here" root root 0700
  for variable in "${!BAKE_SECRET_@}"; do
    name=${variable#BAKE_SECRET_}
    name=${name,,}
    name=${name//_/-}
    [[ $name =~ ^hook-[0-9]+$ ]] || die "$variable: no hook has that name"
    scratch=$(mktemp --tmpdir=/run)
    base64 --decode <<<"${!variable}" >"$scratch" || die "$variable is not base64"
    [[ $(<"$scratch") =~ ^https://[!-~]+$ ]] || die "$name: what is to be baked in is not one https URL"
    place "$scratch" "$here/$name.url" root root 0600
    rm -f -- "$scratch"
    named+="$name.url "
  done
  for file in "$here"/*; do
    if [[ $named != *" ${file##*/} "* ]]; then
      rm -f -- "$file"
      say "$file: removed, this image has no such hook"
    fi
  done
}

# An upgrade by OSSEC's install.sh puts its own back; then this keeps the new one and wraps it again.
wrap_control() {
  local control=$HOME_OF_OSSEC/bin/ossec-control
  if ! grep --quiet 'Put in the place of OSSEC' "$control"; then
    place "$control" "$control.original" root root 0550
  fi
  place "$BAKE_STEP_FOLDER/ossec-control" "$control" root root 0550
}

# drop_in NAME UNIT WANTED WITHOUT: the file NAME.conf of this step beside a unit, where WANTED is yes; where it is not,
# says WITHOUT if there was one.
drop_in() {
  local target=/etc/systemd/system/$2.d/$1.conf
  if [[ $3 == yes ]]; then
    mkdir --parents -- "${target%/*}"
    place "$BAKE_STEP_FOLDER/$1.conf" "$target" root root 0644
  elif [[ -e $target ]]; then
    rm -f -- "$target"
    rmdir --ignore-fail-on-non-empty -- "${target%/*}"
    say "$target: removed, this image $4"
  fi
}

# OSSEC's init script starts all daemons as one service, where a dead one stays dead.
leave_sysv_off() {
  local links=(/etc/rc?.d/[KS][0-9][0-9]ossec)
  if ((${#links[@]} > 0)); then
    quietly update-rc.d -f ossec remove
    say 'the init script of OSSEC: starts at no run level'
  fi
  if [[ $(readlink /etc/systemd/system/ossec.service) != /dev/null ]]; then
    quietly systemctl mask ossec.service
    say 'ossec.service: masked'
  fi
}

# prepare_system_log SYSTEM_LOG: rsyslog makes its files at their first line, and OSSEC gives up on files that stay
# missing.
prepare_system_log() {
  local file
  [[ $1 == rsyslog ]] || return 0
  for file in /var/log/auth.log /var/log/syslog; do
    if [[ ! -e $file ]]; then
      install --owner=root --group=adm --mode=0640 -- /dev/null "$file"
      say "$file: created"
    fi
  done
}
