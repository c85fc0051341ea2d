# shellcheck shell=bash
# What a release does decides whether an image gets it, not what it calls itself. run.sh sources this.

# Ends the step where the OSSEC that was just installed loses changes without a word.
notices_changes() {
  local folder why
  command -v python3 >/dev/null || die 'python3 is missing: the test of OSSEC and the notifier need it'
  folder=$(mktemp --directory)
  why=$(unshare --mount --propagation private --fork --pid --kill-child \
    python3 -I "$BAKE_STEP_FOLDER/behaviour.py" "$folder" 2>&1) || {
    rmdir -- "$folder"
    die "this OSSEC is deaf, so no image gets it: $why"$'\n''Freeze another release; docs/ossec.md says which and why.'
  }
  rmdir -- "$folder"
}
