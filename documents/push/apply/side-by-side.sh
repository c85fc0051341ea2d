#!/usr/bin/env bash
# side-by-side.sh BUNDLE NEW: installs the bundle's OSSEC into the folder NEW, as if it were /var/ossec, in a mount
# namespace of its own: the one that runs, and the machine's /etc, stay as they are.
set -euo pipefail
shopt -s inherit_errexit nullglob
bundle=$1
new=$2
BAKE_STEP_FOLDER=$bundle/steps/ossec
# shellcheck source-path=SCRIPTDIR/../../../provisioners source=lib.sh
. "$bundle/steps/lib.sh"
# shellcheck source-path=SCRIPTDIR/../../../provisioners source=ossec/compile.sh
. "$BAKE_STEP_FOLDER/compile.sh"
# shellcheck source-path=SCRIPTDIR/../../../provisioners source=ossec/built-tree.sh
. "$BAKE_STEP_FOLDER/built-tree.sh"
# shellcheck source-path=SCRIPTDIR/../../../provisioners source=ossec/behaviour.sh
. "$BAKE_STEP_FOLDER/behaviour.sh"

HOME_OF_OSSEC=/var/ossec

# The installer writes to /etc: into a copy in memory.
private_etc() {
  local copy
  copy=$(mktemp --directory)
  mount -t tmpfs -o mode=0755 tmpfs "$copy"
  cp --archive /etc/. "$copy"
  mount --bind "$copy" /etc
  rm -f /etc/ossec-init.conf
}

# A running instance gets no package for a push: what is missing has to come with an image.
has_packages() {
  local missing
  mapfile -t missing < <(LC_ALL=C comm -23 "$1/packages" <(names "$(installed_packages)"))
  ((${#missing[@]} == 0)) || die "this version needs ${missing[*]}, which are not installed: bake and roll out an image"
}

work=$(mktemp --directory /var/tmp/bake-push.XXXXXXXXXX)
trap 'rm -rf -- "$work"' EXIT
# The compiled tree, or "-" for the stand-in; the tarball.
read -r tree tarball <"$bundle/artifacts/names"
archive=$tree
if [[ $tree == - ]]; then archive=$tarball; fi
private_etc
mount --bind "$new" "$HOME_OF_OSSEC"
tar --extract --no-same-owner --file "$bundle/artifacts/$archive" --directory "$work"
if [[ $tree == - ]]; then
  installer=$(find "$work" -maxdepth 2 -name install.sh -print -quit)
  run_installer "${installer%/*}"
else
  has_packages "$work"
  PATH=$work/bin:$PATH run_installer "$work/source" binary-install
fi
[[ -x $HOME_OF_OSSEC/bin/ossec-control ]] || die "OSSEC's install.sh ended well but installed nothing"
if [[ $tree != - ]]; then
  has_its_libraries
  notices_changes
fi
cp /etc/ossec-init.conf /var/lib/bake/push/ossec-init.conf
mv "$HOME_OF_OSSEC/bin/ossec-control" "$HOME_OF_OSSEC/bin/ossec-control.original"
if [[ $tree != - ]]; then
  folder=$(mktemp --directory)
  python3 -I -B "$bundle/apply/check.py" "$bundle" "$folder"
fi
