# shellcheck shell=bash
# OSSEC compiled once for a tarball and a kind of machine, installed on others without a compiler. run.sh sources this.
# The archive of such a tree has
#   source/   OSSEC's source with what was compiled of it; with its times, or make would compile again
#   bin/make  which install.sh runs, so that no package has to come and go
#   packages  which its programs load libraries from, one a line

# What bake takes back from the builder. The tree is empty where nothing was compiled.
BUILT=/var/tmp/bake/built

# What compiled programs depend on: debian-12-amd64.
platform() {
  # shellcheck source=/dev/null
  (. /etc/os-release && printf '%s-%s-%s\n' "$ID" "${VERSION_ID:-rolling}" "$(dpkg --print-architecture)")
}

report_platform() {
  mkdir --parents -- "$BUILT"
  platform >"$BUILT/platform"
  : >"$BUILT/ossec-tree.tar.gz"
}

# The digest of the tree that bake has for this machine; nothing where it has none.
offered_tree() {
  local offers offer
  read -r -a offers <<<"$BAKE_OSSEC_BUILT_TREES"
  for offer in "${offers[@]}"; do
    if [[ ${offer%%=*} == "$(platform)" ]]; then printf '%s\n' "${offer#*=}"; fi
  done
}

# unpack_tree DIGEST INTO
unpack_tree() {
  local archive=${BAKE_OSSEC_TARBALL_FILE%/*}/$1
  [[ -f $archive ]] || die "the compiled tree $1 for $(platform) was not uploaded"
  sha256sum --check --status <<<"$1  $archive" ||
    die "the compiled tree for $(platform) does not have the sha256 $1 that it was kept with"
  unpack "$archive" "$2"
}

# Of packages it brings only libraries that the machine lacks.
install_from_tree() {
  local tree=$1 missing
  mapfile -t missing < <(LC_ALL=C comm -23 "$tree/packages" <(names "$(installed_packages)"))
  if ((${#missing[@]} > 0)); then
    apt_get update
    apt_get install --no-remove -- "${missing[@]}"
  fi
  PATH=$tree/bin:$PATH run_installer "$tree/source" binary-install
}

# begin_tree INTO [PACKAGE...]: while what was needed to compile is still there.
begin_tree() {
  local make
  mkdir -- "$1/bin"
  if make=$(command -v make); then cp --dereference -- "$make" "$1/bin/make"; fi
  local IFS=$'\n'
  printf '%s' "${*:2}${2:+$IFS}" >"$1/packages"
}

# pack_tree INTO SOURCE: no tree is kept before its OSSEC has passed every test.
pack_tree() {
  mv --no-target-directory -- "$2" "$1/source"
  rm -f -- "$1/source/bake-install.log"
  tar --create --gzip --sort=name --owner=0 --group=0 --numeric-owner --file "$BUILT/ossec-tree.tar.gz" --directory "$1" .
}
