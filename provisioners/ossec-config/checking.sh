# shellcheck shell=bash
# Asks OSSEC itself whether it would work, before an image is made of it. run.sh sources this.

# Which log source this machine's OSSEC has already proven to hear.
HEARS=/var/lib/bake/ossec-hears

# run_checks SYSTEM_LOG EMAIL
run_checks() {
  local system_log=$1 email=$2 heard
  check_units
  if [[ $system_log == rsyslog ]]; then check_rsyslog; fi
  heard="$(installed_ossec) $system_log"
  if [[ -e $HEARS && $(<"$HEARS") == "$heard" ]]; then
    look_inside no "$email"
  else
    look_inside "$system_log" "$email"
    mkdir --parents -- "${HEARS%/*}"
    printf '%s\n' "$heard" >"$HEARS"
  fi
}

# The tarball's digest, or what its version is called where another way installed it.
installed_ossec() {
  cat /var/lib/bake/ossec.sha256 2>/dev/null || sed -n 's/^VERSION="\(.*\)"$/\1/p' /etc/ossec-init.conf
}

check_units() {
  local here=/etc/systemd/system
  quietly systemd-analyze verify --man=no --recursive-errors=one "$here/ossec.target" "$here"/bake-{notifier.service,witness.{socket,service}} \
    "$here"/ossec@{analysisd,execd,logcollector,syscheckd,monitord,maild}.service ||
    die "systemd refuses the units of OSSEC or the notifier, for the reason above"
}

# The file that OSSEC reads has to be one that rsyslog writes.
check_rsyslog() {
  quietly rsyslogd -N1 || die 'rsyslog refuses its configuration, for the reason above'
  grep --quiet --recursive --extended-regexp '^[^#]*auth[^#]*/var/log/auth\.log' /etc/rsyslog.conf /etc/rsyslog.d ||
    die 'rsyslog does not write /var/log/auth.log, so OSSEC would see no login: add "auth,authpriv.* /var/log/auth.log"'
  [[ $(systemctl is-enabled rsyslog.service 2>/dev/null) == enabled ]] ||
    die 'rsyslog is installed and not enabled, so OSSEC would see no login: enable rsyslog.service'
}

# look_inside SYSTEM_LOG EMAIL: on a copy of the tree in memory, in namespaces of its own. OSSEC writes where it only
# looks, and the image's databases and logs must stay as they are.
look_inside() {
  local folder status=0
  command -v python3 >/dev/null || die 'python3 is missing: the checks of OSSEC and the notifier need it'
  folder=$(mktemp --directory)
  # --mount-proc: the checks look at what their daemons do, by the numbers that these have there.
  unshare --mount --propagation private --fork --pid --mount-proc --kill-child \
    python3 -I -B "$BAKE_STEP_FOLDER/checks" "$folder" "$BAKE_STEP_FOLDER" "$@" </dev/null || status=$?
  rmdir -- "$folder"
  ((status == 0)) || exit "$status"
}
