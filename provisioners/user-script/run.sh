#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$BAKE_STEP_FOLDER/../lib.sh"
name=
# shellcheck source=/dev/null
. "$BAKE_STEP_FOLDER/values.sh"

# Secrets come in base64 under longer names.
export_secrets() {
  local variable value
  for variable in "${!BAKE_SECRET_@}"; do
    # The x keeps newlines at the end.
    value=$(base64 --decode <<<"${!variable}" && printf x) || die "step $name: ${variable#BAKE_SECRET_} is not base64"
    export "${variable#BAKE_SECRET_}=${value%x}"
    unset "$variable"
  done
}

run() (
  export_secrets
  # shellcheck source=/dev/null
  cd -- "$BAKE_STEP_FOLDER" && . ./environment.sh && exec ./script </dev/null
)

[[ -x $BAKE_STEP_FOLDER/script ]] || die "step $name: its script did not arrive as an executable file"
status=0
run || status=$?
if ((status != 0)); then
  printf 'step %s: the script ended with exit code %d\n' "$name" "$status" >&2
fi
exit "$status"
