#!/bin/sh
echo "level $LEVEL"
