#!/bin/bash
# Gives nginx its one site. Runs as root on the builder; running it again changes nothing.
set -euo pipefail

site=/etc/nginx/sites-available/site
wanted=$(
  cat <<END
server {
    listen 80 default_server;
    server_name ${SERVER_NAME};
    server_tokens off;
    root /var/www/html;
}
END
)

if [[ ! -e $site || $(<"$site") != "$wanted" ]]; then
  printf '%s\n' "$wanted" >"$site"
  echo "wrote $site"
fi
if [[ -e /etc/nginx/sites-enabled/default ]]; then
  rm /etc/nginx/sites-enabled/default
  echo 'removed the default site'
fi
if [[ ! -e /etc/nginx/sites-enabled/site ]]; then
  ln -s "$site" /etc/nginx/sites-enabled/site
  echo "enabled $site"
fi
nginx -t -q
