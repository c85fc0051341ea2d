# shellcheck shell=bash
# What every step shares. run.sh sources it first; it changes nothing by itself.

umask 022

# One thing that was done, in one short line.
say() {
  printf '%s\n' "$*"
}

# Ends the step: what is wrong, and why or what to do.
die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Runs a command without input and shows what it printed only where it failed.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" </dev/null >"$log" 2>&1 || status=$?
  ((status == 0)) || cat -- "$log" >&2
  rm -f -- "$log"
  return "$status"
}

# apt-get that asks nothing, keeps changed configuration, waits for whoever holds the package database, and tries
# a flaky network again.
apt_get() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 quietly apt-get --quiet=2 --assume-yes \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    -o Acquire::Retries=3 -o APT::Update::Error-Mode=any -o APT::Install-Recommends=false "$@"
}

# Name and version of every installed package, one a line, sorted.
installed_packages() {
  LC_ALL=C dpkg-query --show --showformat='${db:Status-Status} ${Package} ${Version}\n' |
    sed -n 's/^installed //p' | LC_ALL=C sort
}

# same_length NAME NAME...: lists that belong together have one entry for each.
same_length() {
  local -n first=$1
  local other
  for other in "${@:2}"; do
    local -n list=$other
    ((${#list[@]} == ${#first[@]})) || die "values.sh: $other has ${#list[@]} entries and $1 has ${#first[@]}"
  done
}

# Ends the step where a folder on the way to an absolute path is a symlink, for the file would land elsewhere.
# The links of a merged /usr (/bin, /lib) are followed.
no_link_on_the_way() {
  local folder=${1%/*} top real
  top=${folder#/}
  top=/${top%%/*}
  if [[ $top != / && -L $top && $(readlink -- "$top") == "usr$top" ]]; then
    folder=/usr$folder
  fi
  real=$(realpath --canonicalize-missing -- "$folder/.")
  [[ $real == "${folder:-/}" ]] || die "$1: the way to it leads through a symlink to $real; name the real path"
}

# place CONTENT TARGET OWNER GROUP MODE: makes TARGET a file with the content of the file CONTENT, in one move.
# The folder must exist. Says so where something changed.
place() {
  local content=$1 target=$2 owner=$3 group=$4 mode=$5 verb=created temporary attributes
  attributes=$owner:$group:$(printf '%o' "$((8#$mode))")
  if [[ -L $target ]]; then
    die "$target is a symlink to $(readlink -- "$target"); name the real path"
  elif [[ -e $target && ! -f $target ]]; then
    die "$target exists and is not a file"
  elif [[ -e $target ]]; then
    verb=changed
    if cmp --silent -- "$content" "$target" && [[ $(stat --format='%U:%G:%a' -- "$target") == "$attributes" ]]; then
      return
    fi
  fi
  temporary=$(mktemp -- "${target%/*}/.bake.XXXXXXXXXX")
  install --owner="$owner" --group="$group" --mode="$mode" -- "$content" "$temporary"
  mv --force --no-target-directory -- "$temporary" "$target"
  say "$target: $verb"
}

# sshd_setting KEYWORD USER: what sshd will use for that user at its next start.
sshd_setting() {
  local folder
  folder=$(mktemp --directory)
  # It wants a host key even for a look at its configuration, and the machine's may be gone.
  quietly ssh-keygen -q -t ed25519 -N '' -f "$folder/key"
  sshd -T -h "$folder/key" -C "user=$2,host=localhost,addr=127.0.0.1" | sed -n "s/^$1 //p"
  rm -rf -- "$folder"
}
