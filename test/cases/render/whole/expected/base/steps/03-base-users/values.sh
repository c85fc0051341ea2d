# shellcheck shell=bash disable=SC2034 # read by run.sh
names=('deploy' 'metrics')
sudo=('yes' 'no')
shells=('/bin/bash' '/usr/sbin/nologin')
groups=('adm,systemd-journal' '')
