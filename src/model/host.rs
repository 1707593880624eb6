//! Hosts: where an address or a name leads, as far as it says so itself. The one home of what is loopback and private.

use std::net::IpAddr;

/// Where a host is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Host {
    /// This machine (or this container): `localhost`, `127.0.0.0/8`, `::1`.
    Loopback,
    /// All addresses: something to bind to, not to call.
    Any,
    /// A private network: RFC 1918, RFC 4193, link-local and shared (RFC 6598) addresses.
    Private,
    /// A name without a dot, or under a suffix for internal use: a Compose service, a cluster service.
    Internal,
    /// Anything else.
    Public,
}

impl Host {
    /// Where a host is; an IPv6 address may be in brackets.
    pub fn of(host: &str) -> Self {
        const INTERNAL: [&str; 9] =
            [".internal", ".local", ".svc", ".cluster.local", ".lan", ".intranet", ".consul", ".home.arpa", ".docker"];
        let lower = host.trim_matches(['[', ']']).to_ascii_lowercase();
        if let Ok(address) = lower.parse::<IpAddr>() {
            return Host::of_address(address);
        }
        if lower == "localhost" || lower.ends_with(".localhost") {
            Host::Loopback
        } else if lower == "*" {
            Host::Any
        } else if !lower.contains(['.', ':']) || INTERNAL.iter().any(|suffix| lower.ends_with(suffix)) {
            Host::Internal
        } else {
            Host::Public
        }
    }

    fn of_address(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let private = match address {
            IpAddr::V4(ip) => {
                let shared = ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64;
                ip.is_private() || ip.is_link_local() || shared
            }
            IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
        };
        match (address.is_unspecified(), address.is_loopback(), private) {
            (true, ..) => Host::Any,
            (_, true, _) => Host::Loopback,
            (.., true) => Host::Private,
            _ => Host::Public,
        }
    }

    /// Whether it is the machine, or the container, of the program itself.
    pub fn is_loopback(host: &str) -> bool {
        Host::of(host) == Host::Loopback
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (host, kind) in [
            ("localhost", Host::Loopback),
            ("shop.localhost", Host::Loopback),
            ("127.0.1.1", Host::Loopback),
            ("::1", Host::Loopback),
            ("[::1]", Host::Loopback),
            ("::ffff:127.0.0.1", Host::Loopback),
            ("0.0.0.0", Host::Any),
            ("::", Host::Any),
            ("*", Host::Any),
            ("10.1.2.3", Host::Private),
            ("172.20.0.1", Host::Private),
            ("100.64.0.1", Host::Private),
            ("169.254.1.1", Host::Private),
            ("fd00::1", Host::Private),
            ("172.40.0.1", Host::Public),
            ("8.8.8.8", Host::Public),
            ("api", Host::Internal),
            ("api.ns.svc.cluster.local", Host::Internal),
            ("host.docker.internal", Host::Internal),
            ("shop.de", Host::Public),
        ] {
            assert_eq!(Host::of(host), kind, "{host}");
        }
    }
}
