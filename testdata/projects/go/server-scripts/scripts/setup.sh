#!/bin/bash
set -e
ufw default deny incoming
ufw allow OpenSSH
ufw allow 80,443/tcp
ufw --force enable
sed -i -E 's/^#?PermitRootLogin .*/PermitRootLogin no/' /etc/ssh/sshd_config
install -m 644 etc/cron.d/lexmill /etc/cron.d/lexmill
(crontab -l 2>/dev/null || true; echo "@reboot /opt/lexmill/scripts/update.sh") | crontab -
