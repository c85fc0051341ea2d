#!/bin/sh
# Installs the stand-in for OSSEC where OSSEC would be. Reads etc/preloaded-vars.conf as OSSEC's install.sh does and
# asks for what is not in it; without anybody to answer it fails at once.
set -eu
cd "$(dirname "$0")"

fail() {
  echo "install.sh (stand-in): $*" >&2
  exit 1
}

# ask VARIABLE QUESTION: keeps what preloaded-vars.conf says.
ask() {
  eval "answer=\${$1:-}"
  if [ -n "$answer" ]; then return; fi
  printf '%s ' "$2"
  read -r answer || fail "no answer to: $2 (set $1 in etc/preloaded-vars.conf)"
}

ask_everything() {
  ask USER_LANGUAGE 'Which language?'
  ask USER_NO_STOP 'Go on?'
  ask USER_INSTALL_TYPE 'What kind of installation (server, agent, local)?'
  [ "$answer" = local ] || fail "there is no $answer installation of the stand-in, only a local one"
  ask USER_DIR 'Where to install?'
  directory=$answer
  case $directory in /*) ;; *) fail "$directory is not an absolute path" ;; esac
  ask USER_ENABLE_EMAIL 'E-mail notification (y/n)?'
  [ "$answer" = n ] || fail 'the stand-in sends no e-mail'
  ask USER_ENABLE_SYSCHECK 'Integrity checks (y/n)?'
  ask USER_ENABLE_ROOTCHECK 'Rootkit detection (y/n)?'
  ask USER_ENABLE_ACTIVE_RESPONSE 'Active response (y/n)?'
  ask USER_ENABLE_FIREWALL_RESPONSE 'Firewall response (y/n)?'
  ask USER_WHITE_LIST 'Which addresses are never blocked?'
  [ "${USER_DELETE_DIR:-n}" = n ] || fail 'the stand-in deletes nothing: set USER_DELETE_DIR to "n"'
  if [ -e "$directory" ]; then
    ask USER_UPDATE 'Update the installation (y/n)?'
    ask USER_UPDATE_RULES 'Update its rules (y/n)?'
  fi
}

create_users() {
  getent group ossec >/dev/null || groupadd --system ossec
  for user in ossec ossecm ossecr; do
    getent passwd "$user" >/dev/null ||
      useradd --system --gid ossec --home-dir "$directory" --shell /usr/sbin/nologin "$user"
  done
}

# folder MODE OWNER GROUP PATH...
folder() {
  mode=$1 owner=$2 group=$3
  shift 3
  for path; do install -d -m "$mode" -o "$owner" -g "$group" "$directory/$path"; done
}

# file MODE OWNER GROUP TO FROM...
file() {
  mode=$1 owner=$2 group=$3 to=$4
  shift 4
  install -m "$mode" -o "$owner" -g "$group" "$@" "$directory/$to"
}

copy_files() {
  folder 0550 root ossec . bin queue etc rules var active-response active-response/bin
  folder 0750 ossec ossec logs logs/alerts logs/archives queue/ossec queue/syscheck queue/diff queue/rootcheck
  folder 0770 ossec ossec queue/alerts
  folder 0770 root ossec var/run etc/shared
  folder 1550 root ossec tmp
  file 0550 root root bin bin/ossec-control bin/ossec-logtest
  for daemon in analysisd execd logcollector maild monitord syscheckd; do
    file 0550 root root "bin/ossec-$daemon" bin/ossec-stand-in
  done
  file 0550 root ossec active-response/bin active-response/firewall-drop.sh
  file 0640 root ossec etc etc/decoder.xml etc/internal_options.conf
  file 0640 root ossec etc/shared etc/shared/rootkit_files.txt etc/shared/rootkit_trojans.txt
  file 0640 root ossec rules etc/rules/ossec_rules.xml
  # What the fleet writes stays.
  [ -e "$directory/etc/ossec.conf" ] || file 0640 root ossec etc/ossec.conf etc/ossec-local.conf
  [ -e "$directory/rules/local_rules.xml" ] || file 0640 root ossec rules etc/rules/local_rules.xml
  [ -e "$directory/etc/local_internal_options.conf" ] || file 0640 root ossec etc etc/local_internal_options.conf
  for log in ossec.log active-responses.log; do
    [ -e "$directory/logs/$log" ] || file 0660 ossec ossec "logs/$log" /dev/null
  done
}

describe_installation() {
  install -m 0600 /dev/null /etc/ossec-init.conf
  cat >/etc/ossec-init.conf <<END
DIRECTORY="$directory"
VERSION="$(cat src/VERSION)"
DATE="$(date)"
TYPE="local"
END
}

start_at_boot() {
  install -m 0755 -o root -g ossec src/init/ossec /etc/init.d/ossec
  update-rc.d ossec defaults >/dev/null
}

[ "$(id -u)" = 0 ] || fail 'only root can install it'
# shellcheck source=/dev/null
if [ -e etc/preloaded-vars.conf ]; then . ./etc/preloaded-vars.conf; fi

ask_everything
create_users
copy_files
describe_installation
start_at_boot
echo "Installed the STAND-IN for OSSEC in $directory: it watches nothing and detects nothing."
