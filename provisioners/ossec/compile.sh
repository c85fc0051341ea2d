# shellcheck shell=bash
# Installs OSSEC from its source. run.sh sources this. What a compiled tree is made by is these lines, built-tree.sh
# and preloaded-vars.conf: where one of them changes, kept trees are not used any more.

# A compile takes half a minute of one core's time and prints 0.3 MB; an installer that asks for ever prints 1 MB a second.
INSTALL_SECONDS=900
INSTALL_BYTES=3000000
BUILD_PACKAGES=(gcc make libc6-dev libmagic-dev libpcre2-dev libssl-dev libsystemd-dev zlib1g-dev)

# run_installer SOURCE [ARGUMENT]
run_installer() {
  local root=$1 log=$1/bake-install.log status=0
  install --mode=0600 -- "$BAKE_STEP_FOLDER/preloaded-vars.conf" "$root/etc/preloaded-vars.conf"
  env --ignore-environment --chdir="$root" PATH="$PATH" HOME=/root MAKEFLAGS="--jobs=$(nproc)" \
    timeout --kill-after=10 "$INSTALL_SECONDS" ./install.sh "${@:2}" </dev/null 2>&1 |
    head --bytes="$INSTALL_BYTES" >"$log" || status=$?
  if ((status != 0)); then
    tail -n 40 -- "$log" >&2
    case $status in
      124 | 137) die "OSSEC's install.sh did not end within $INSTALL_SECONDS s; its last lines are above" ;;
      141) die "OSSEC's install.sh printed more than $INSTALL_BYTES bytes; its last lines are above" ;;
      *) die "OSSEC's install.sh failed with exit code $status; its last lines are above" ;;
    esac
  fi
}

# The installed packages that OSSEC's programs load libraries from, and what those depend on.
needed_packages() {
  local library packages
  mapfile -t packages < <(
    ldd "$HOME_OF_OSSEC"/bin/* 2>/dev/null | sed -n 's|.* => \(/[^ ]*\) .*|\1|p' | sort -u |
      while read -r library; do LC_ALL=C dpkg-query --search "*/${library##*/}"; done | sed 's/[:,].*//' | sort -u
  )
  apt-cache depends --recurse --installed --important "${packages[@]}" | grep '^[a-z0-9]' | sed 's/:.*//' | LC_ALL=C sort -u
}

names() {
  cut -d' ' -f1 <<<"$1"
}

# The compiler and the headers go again; nothing else that was there before is touched. TREE gets what the next
# machine of this kind needs to do without them.
install_from_source() {
  local source=$1 tree=$2 before needed new keep surplus
  before=$(names "$(installed_packages)")
  apt_get update
  apt_get install --no-remove -- "${BUILD_PACKAGES[@]}"
  run_installer "$source"
  mapfile -t needed < <(needed_packages)
  begin_tree "$tree" "${needed[@]}"
  new=$(LC_ALL=C comm -13 <(printf '%s\n' "$before") <(names "$(installed_packages)"))
  mapfile -t keep < <(LC_ALL=C comm -12 <(printf '%s\n' "$new") <(printf '%s\n' "${needed[@]}"))
  mapfile -t surplus < <(LC_ALL=C comm -23 <(printf '%s\n' "$new") <(printf '%s\n' "${keep[@]}"))
  ((${#keep[@]} == 0)) || quietly apt-mark manual "${keep[@]}"
  ((${#surplus[@]} == 0)) || apt_get purge -- "${surplus[@]}"
}

has_its_libraries() {
  local missing
  missing=$(ldd "$HOME_OF_OSSEC"/bin/* 2>/dev/null | grep 'not found' || true)
  [[ -z $missing ]] || die "OSSEC's programs lack libraries:"$'\n'"$missing"
}
