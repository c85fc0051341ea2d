# shellcheck shell=bash disable=SC2034 # read by run.sh
sha256='0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
