#!/bin/bash
ufw --force enable
ufw allow 22/tcp
sed -i 's/PermitRootLogin yes/PermitRootLogin no/' /etc/ssh/sshd_config
cp etc/cron.d/lexmill /etc/cron.d/lexmill.cron
echo "@reboot /opt/lexmill/scripts/deploy.sh" | crontab -
