#!/bin/sh
# Put here by bake and taken away by its seal: on a builder no package starts a service (101: forbidden).
case " $* " in
  *" stop "*) exit 0 ;;
esac
exit 101
