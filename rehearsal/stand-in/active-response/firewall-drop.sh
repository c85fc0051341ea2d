#!/bin/sh
echo 'firewall-drop.sh: this is a STAND-IN for OSSEC: it blocks nothing' >&2
exit 1
