#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit nullglob
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
first_boot=()
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

HOME_OF_OSSEC=/var/ossec
DATABASE=$HOME_OF_OSSEC/queue/syscheck/syscheck
LOG=$HOME_OF_OSSEC/logs/ossec.log
OPTIONS=$HOME_OF_OSSEC/etc/local_internal_options.conf
# A scan reads every watched file once; this is for a disk that is slow and folders that are huge.
SCAN_SECONDS=1800
# The slowest release takes half a minute to end.
END_SECONDS=60

scratch=$(mktemp --directory --tmpdir=/run)
daemons=()
finish() {
  local pid
  for pid in "${daemons[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  rm -rf -- "$scratch"
}
trap finish EXIT

# OSSEC's own log names what is wrong.
give_up() {
  tail -n 20 -- "$LOG" >&2
  die "$1; the end of OSSEC's log is above"
}

# until_true SECONDS WHAT COMMAND...: runs the command every half second until it succeeds.
until_true() {
  local deadline=$((SECONDS + $1)) what=$2 pid
  shift 2
  until "$@"; do
    for pid in "${daemons[@]}"; do
      kill -0 "$pid" 2>/dev/null || give_up "a daemon of OSSEC ended before $what"
    done
    ((SECONDS < deadline)) || give_up "OSSEC did not come to this in time: $what"
    sleep 0.5
  done
}

# replace FROM TO: exactly one line of the configuration is FROM.
replace() {
  (($(grep --count --fixed-strings -- "$1" "$scratch/ossec.conf") == 1)) || die "ossec.conf has not one line $1"
  sed --in-place "s|$1|$2|" "$scratch/ossec.conf"
}

# The image's own configuration, but for what is no news while a baseline is made.
prepare_configuration() {
  install --mode=0640 --group=ossec -- "$HOME_OF_OSSEC/etc/ossec.conf" "$scratch/ossec.conf"
  chmod 0755 -- "$scratch"
  replace '<alert_new_files>yes</alert_new_files>' '<alert_new_files>no</alert_new_files>'
  if grep --quiet '<disabled>no</disabled>' "$scratch/ossec.conf"; then
    replace '<disabled>no</disabled>' '<disabled>yes</disabled>'
  fi
}

# The rests that syscheckd takes between two pieces of work are for instances, which have other work. It sees a file of the
# same length; prune.py puts the digests of the true one into the database.
quicken() {
  cp --preserve=mode,ownership -- "$OPTIONS" "$scratch/options"
  sed --in-place 's/^syscheck\.sleep=[0-9]$/syscheck.sleep=0/' "$scratch/options"
  chown --reference="$OPTIONS" -- "$scratch/options"
}

start() {
  "$HOME_OF_OSSEC/bin/ossec-$1" -f -c "$scratch/ossec.conf" </dev/null >/dev/null 2>&1 &
  daemons+=("$!")
}

# Between its start and its first scan syscheckd sleeps for 22 seconds, whatever its options say, for instances that have
# other work then. SIGPIPE ends a sleep: OSSEC catches it and does nothing (HandleSIGPIPE of src/shared/sig_op.c), and its
# other system calls go on. Before it catches it, and where the kernel does not say what it waits for, it sleeps on.
wake() {
  local caught
  caught=$(sed --quiet 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null || true)
  (((0x${caught:-0} >> 12) & 1)) || return 0
  [[ $(cat "/proc/$1/wchan" 2>/dev/null || true) != *nanosleep* ]] || kill -PIPE "$1"
}

has_scanned() {
  grep --quiet --fixed-strings 'Ending syscheck scan' "$LOG" && return
  wake "${daemons[-1]}"
  return 1
}

# What analysisd has not written yet makes the file grow.
is_settled() {
  local before
  before=$(stat --format=%s -- "$DATABASE" 2>/dev/null || true)
  sleep 2
  [[ -n $before && $(stat --format=%s -- "$DATABASE") == "$before" ]]
}

# Each is gone before the next is asked, so that nothing is lost on the way.
stop_daemons() {
  local index pid deadline
  for ((index = ${#daemons[@]} - 1; index >= 0; index--)); do
    pid=${daemons[index]}
    kill -TERM "$pid" 2>/dev/null || true
    deadline=$((SECONDS + END_SECONDS))
    while kill -0 "$pid" 2>/dev/null; do
      ((SECONDS < deadline)) || give_up 'a daemon of OSSEC does not end'
      sleep 0.2
    done
    wait "$pid" || true
  done
  daemons=()
}

take_baseline() {
  ! pgrep --exact --count 'ossec-.*' >/dev/null || die 'OSSEC runs on this builder; it must not before the seal'
  forget
  prepare_configuration
  # What analysisd runs without: it has no responses, and no look at logs, before an instance boots.
  start analysisd
  until_true 30 'analysisd listens' test -S "$HOME_OF_OSSEC/queue/ossec/queue"
  quicken
  unshare --mount --propagation private -- bash "$BAKE_STEP_FOLDER/quick.sh" "$scratch/options" "$OPTIONS" \
    "$HOME_OF_OSSEC/bin/ossec-syscheckd" -f -c "$scratch/ossec.conf" </dev/null >/dev/null 2>&1 &
  daemons+=("$!")
  until_true "$SCAN_SECONDS" 'the first scan has ended' has_scanned
  until_true 120 'its database is written' is_settled
  stop_daemons
}

# State of the builder's OSSEC: an instance begins with the baseline and nothing else. ossec.log keeps its file, which
# analysisd could not create again.
forget() {
  rm -rf -- "$HOME_OF_OSSEC"/logs/{alerts,archives,firewall}/* "$HOME_OF_OSSEC"/stats/* \
    "$HOME_OF_OSSEC"/queue/{diff,fts,rootcheck,syscheck,agent-info,rids}/* \
    "$HOME_OF_OSSEC"/queue/syscheck/.[!.]* "$HOME_OF_OSSEC"/var/run/*.{pid,state} \
    "$HOME_OF_OSSEC"/queue/{ossec/queue,alerts/execq} "$HOME_OF_OSSEC"/tmp/*
  truncate --size=0 -- "$LOG" "$HOME_OF_OSSEC/logs/active-responses.log"
}

# All but the baseline itself goes once more.
keep_baseline() {
  mv -- "$HOME_OF_OSSEC/queue/syscheck" "$scratch.syscheck"
  install --directory --owner=ossec --group=ossec --mode=0750 -- "$HOME_OF_OSSEC/queue/syscheck"
  forget
  rmdir -- "$HOME_OF_OSSEC/queue/syscheck"
  mv -- "$scratch.syscheck" "$HOME_OF_OSSEC/queue/syscheck"
}

if grep --quiet stand-in /etc/ossec-init.conf; then
  say 'no baseline: the stand-in for OSSEC watches nothing'
else
  take_baseline
  python3 -IB "$BAKE_STEP_FOLDER/prune.py" "$DATABASE" "$HOME_OF_OSSEC/etc/ossec.conf" "$OPTIONS" "$scratch/options" \
    "${first_boot[@]}"
  keep_baseline
fi
rm -rf -- /var/tmp/bake
