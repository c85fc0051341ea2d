#!/usr/bin/env bash
# nginx with one site.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get install -qq -y --no-install-recommends nginx-light >/dev/null
cat >/etc/nginx/sites-available/site <<'END'
server {
    listen 80 default_server;
    server_name www.example.com;
    server_tokens off;
    root /var/www/html;
}
END
rm -f /etc/nginx/sites-enabled/default
ln -sf ../sites-available/site /etc/nginx/sites-enabled/site
echo '<!doctype html><title>example</title>' >/var/www/html/index.html
nginx -t -q
systemctl enable --quiet nginx
