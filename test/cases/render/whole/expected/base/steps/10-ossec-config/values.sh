# shellcheck shell=bash disable=SC2034 # read by run.sh
system_log='rsyslog'
email='no'
blocking='no'
