# shellcheck shell=bash disable=SC2034 # read by run.sh
system_log='journald'
email='no'
blocking='no'
