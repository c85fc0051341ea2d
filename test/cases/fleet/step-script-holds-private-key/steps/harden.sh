#!/bin/sh
cat >/root/key <<END
-----BEGIN EC PRIVATE KEY-----
not a real key
END
