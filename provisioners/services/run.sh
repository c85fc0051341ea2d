#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
units=()
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

full_name() {
  case $1 in
    *.service | *.socket | *.timer | *.target | *.path | *.mount | *.automount | *.swap) printf '%s\n' "$1" ;;
    *) printf '%s.service\n' "$1" ;;
  esac
}

# enabled, disabled, static, masked, alias, …, or not-found; of init scripts too.
state_of() {
  local state
  state=$(LC_ALL=C systemctl is-enabled -- "$1" 2>/dev/null | tail -n 1) || true
  printf '%s\n' "${state:-not-found}"
}

# Up to five units whose names share the most of their beginning with this one.
near() {
  local unit=${1%.*}
  LC_ALL=C systemctl --root=/ list-unit-files --no-legend --no-pager --plain | awk -v wanted="$unit" '
    { same = 0; while (same < length(wanted) && substr($1, same + 1, 1) == substr(wanted, same + 1, 1)) same++
      if (same > 1 || index($1, wanted)) print same "\t" $1 }' |
    sort --key=1,1nr --key=2 | head -n 5 | cut -f 2 | paste --serial --delimiters=,
}

why_not() {
  local unit=$1
  case $2 in
    not-found) printf '%s: there is no such unit; near it: %s\n' "$unit" "$(near "$unit")" ;;
    masked*) printf '%s: is masked\n' "$unit" ;;
    static | transient | generated) printf '%s: is %s, so it cannot be enabled; something else starts it\n' "$unit" "$2" ;;
    alias) printf '%s: is another name; enable %s\n' "$unit" "$(systemctl show --property=Id --value -- "$unit")" ;;
  esac
}

wanted=() refused=()
for unit in "${units[@]}"; do
  [[ $unit =~ ^[A-Za-z0-9_.@:\\-]+$ && $unit != -* ]] || die "'$unit' is not the name of a systemd unit"
  unit=$(full_name "$unit")
  state=$(state_of "$unit")
  reason=$(why_not "$unit" "$state")
  [[ -z $reason ]] || refused+=("$reason")
  [[ $state == enabled ]] || wanted+=("$unit")
done
((${#refused[@]} == 0)) || die "$(printf '%s\n' "${refused[@]}")"

for unit in "${wanted[@]}"; do
  quietly systemctl enable -- "$unit"
  say "$unit: enabled at boot"
done
