#!/usr/bin/env bash
# The playbook, on the builder that Packer has started.
set -euo pipefail
umask 077
key=$(mktemp)
trap 'rm -f "$key"' EXIT
printf '%s\n' "$BUILDER_KEY" >"$key"
"$PYTHON" -m ansible playbook --inventory "$BUILDER," --user "$BUILDER_USER" --private-key "$key" \
  --extra-vars "ansible_port=$BUILDER_PORT role=$ROLE number=$NUMBER ossec_tarball=$OSSEC_TARBALL" \
  --extra-vars "build_packages='$BUILD_PACKAGES'" "$RIVAL/site.yml"
