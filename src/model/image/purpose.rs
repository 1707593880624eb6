//! Published programs whose work is on the host: they read the engine's socket, open ports of the host or drive its devices
//! because that is what they are for.

use super::ImageRef;

/// Words of an image's name, each of which says so. What people build themselves, and images nobody knows, are not here.
const WORDS: &[&str] = &[
    // They follow containers: proxies, certificates, backups, updates, schedules, dashboards.
    "acme-companion",
    "autoheal",
    "caddy-docker-proxy",
    "caddy-gen",
    "crowdsec",
    "diun",
    "docker-gen",
    "docker-socket-proxy",
    "docker-volume-backup",
    "dockerapi",
    "dockge",
    "dozzle",
    "dockerproxy",
    "homepage",
    "letsencrypt-nginx-proxy-companion",
    "nginx-proxy",
    "ofelia",
    "ouroboros",
    "portainer",
    "portainer-ce",
    "portainer-ee",
    "socket-proxy",
    "traefik",
    "watchtower",
    "what-s-up-docker",
    "wud",
    "yacht",
    // They build or run other containers.
    "act_runner",
    "actions-runner",
    "docker",
    "drone-runner-docker",
    "gitlab-runner",
    "jenkins/inbound-agent",
    "jenkins/jenkins",
    "judge0",
    "woodpecker-agent",
    // They look at the host.
    "alloy",
    "beszel",
    "beszel-agent",
    "cadvisor",
    "datadog/agent",
    "datadoghq/agent",
    "grafana/agent",
    "portainer/agent",
    "filebeat",
    "fluent-bit",
    "fluentd",
    "glances",
    "metricbeat",
    "netdata",
    "node-exporter",
    "node_exporter",
    "opentelemetry-collector",
    "zabbix-agent",
    "zabbix-agent2",
    "opentelemetry-collector-contrib",
    "promtail",
    "scrutiny",
    "telegraf",
    "vector",
    // They are a part of its network, or find devices in it.
    "adguardhome",
    "avahi",
    "cloudflared",
    "coturn",
    "emby",
    "fail2ban",
    "firewall-bouncer",
    "home-assistant",
    "homeassistant",
    "homebridge",
    "jellyfin",
    "keepalived",
    "netfilter",
    "pihole",
    "plex",
    "pms-docker",
    "tailscale",
    "unifi",
    "wg-easy",
    "wireguard",
    "zerotier",
    // They set up the host's kernel.
    "binfmt",
];

impl ImageRef {
    /// Whether its program is known to work on the host. The end of the name tells, behind whose it is:
    /// `nginxproxy/nginx-proxy`, `mailcow/firewall-bouncer`, `docker`.
    pub fn works_on_host(&self) -> bool {
        WORDS.iter().any(|word| {
            let own = self.name.strip_suffix(word);
            // A short word is the whole last part; of a longer one `x-node-exporter` is a variant.
            own.is_some_and(|own| own.is_empty() || own.ends_with('/') || word.contains('-') && own.ends_with('-'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_of_the_host_are_known_by_their_names() {
        for name in ["nginxproxy/nginx-proxy:1", "traefik:v3", "docker:dind", "grafana/agent", "mailcow/dockerapi:2"] {
            assert!(ImageRef::parse(name).works_on_host(), "{name}");
        }
        for name in ["nginx", "shop/web", "shop/docker-shop", "shop/user-management", "acme/vector-store", ""] {
            assert!(!ImageRef::parse(name).works_on_host(), "{name}");
        }
    }
}
