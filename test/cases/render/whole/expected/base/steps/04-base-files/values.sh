# shellcheck shell=bash disable=SC2034 # read by run.sh
paths=('/etc/motd' '/etc/it'\''s here')
owners=('root' 'deploy')
groups=('root' 'adm')
modes=('0644' '0640')
