//! Addresses as nginx reads them (`ngx_parse_url`).

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::source::Cut;

/// Where an address leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Host<'a> {
    /// `unix:/path`
    Unix(&'a str),
    /// An IPv4 address, or every one.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
    /// A name.
    Name(&'a str),
}

/// An address with its port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address<'a> {
    /// Where it leads.
    pub host: Host<'a>,
    /// The port, if one is written; the first one of a range.
    pub port: Option<u16>,
    /// Whether more ports follow.
    pub range: bool,
}

/// How an address is read.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum As {
    /// To listen on: a port alone, `*` and ranges of ports.
    Listen,
    /// In front of a path.
    Url,
    /// Alone.
    Plain,
}

/// Reads an address; what is wrong with it is one of nginx's messages.
pub fn parse(value: &str, how: As) -> Result<Address<'_>, &'static str> {
    let unix = value.get(..5).filter(|start| start.eq_ignore_ascii_case("unix:"));
    if unix.is_some() {
        let path = value.cut(5..);
        let path = if how == As::Url { path.split(':').next().unwrap_or(path) } else { path };
        return match path.len() {
            0 => Err("it has no path"),
            // `sun_path` of Linux.
            108.. => Err("its path is too long"),
            _ => Ok(Address { host: Host::Unix(path), port: None, range: false }),
        };
    }
    let value = match how {
        As::Url => value.split(['/', '?']).next().unwrap_or(value),
        As::Listen | As::Plain if value.contains(['/', '?']) => return Err("a path follows the host"),
        As::Listen | As::Plain => value,
    };
    if let Some(rest) = value.strip_prefix('[') {
        let (inner, after) = rest.split_once(']').ok_or("the `]` is missing")?;
        let (port, range) = match after.strip_prefix(':') {
            Some(port) => read_port(port, how)?,
            None if after.is_empty() => (None, false),
            None => return Err("there is something behind the `]` that is no port"),
        };
        let host = inner.parse().map(Host::V6).map_err(|_| "it is no IPv6 address")?;
        return Ok(Address { host, port, range });
    }
    let (host, (port, range)) = match value.split_once(':') {
        Some((host, port)) => (host, read_port(port, how)?),
        None if how == As::Listen && value.starts_with(|c: char| c.is_ascii_digit()) && is_ports(value) => {
            ("*", read_port(value, how)?)
        }
        None => (value, (None, false)),
    };
    let host = match host {
        "" => return Err("it has no host"),
        "*" if how == As::Listen => Host::V4(Ipv4Addr::UNSPECIFIED),
        _ => host.parse().map_or(Host::Name(host), Host::V4),
    };
    Ok(Address { host, port, range })
}

impl Address<'_> {
    /// Why nobody knows this host, whoever is asked when nginx starts.
    pub fn nowhere(&self) -> Option<&'static str> {
        let Host::Name(name) = self.host else { return None };
        let numbers = || name.split('.').count() == 4 && name.split('.').all(|part| is_ports(part) && !part.is_empty());
        match name {
            _ if name.contains('$') => Some("nginx puts no variables in here, and no host has a `$` in its name"),
            _ if numbers() => Some("the numbers of an IPv4 address go up to 255"),
            _ => None,
        }
    }
}

fn is_ports(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn read_port(text: &str, how: As) -> Result<(Option<u16>, bool), &'static str> {
    const WRONG: &str = "its port is none: ports go from 1 to 65535";
    let one = |text: &str| -> Result<u16, &'static str> {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<u16>().ok()).flatten().filter(|port| *port > 0).ok_or(WRONG)
    };
    match text.split_once('-') {
        Some((first, last)) if how == As::Listen => {
            let (first, last) = (one(first)?, one(last)?);
            if last < first { Err("the range of its ports ends before it begins") } else { Ok((Some(first), true)) }
        }
        _ => Ok((Some(one(text)?), false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["80", "*:80", "127.0.0.1:80", "[::1]:80", "[::]", "localhost:80", "unix:/run/a", "8100-8102"] {
            assert!(parse(good, As::Listen).is_ok(), "{good}");
        }
        for bad in ["0", "99999", "127.0.0.1:80a", "unix:", ":80", "[::1", "[::1]x", "8090-8080", "http://a:80"] {
            assert!(parse(bad, As::Listen).is_err(), "{bad}");
        }
        assert_eq!(parse("a:80/x", As::Url).map(|address| address.port), Ok(Some(80)));
        for nowhere in ["$host:80", "${PORT}", "300.1.1.1:80"] {
            assert!(parse(nowhere, As::Listen).is_ok_and(|address| address.nowhere().is_some()), "{nowhere}");
        }
        for open in ["app:80", "1.2.3", "0x7f.1.1.1", "1.2.3.4:80"] {
            assert!(parse(open, As::Listen).is_ok_and(|address| address.nowhere().is_none()), "{open}");
        }
        assert!(parse("a:/x", As::Url).is_err() && parse("a:80:81", As::Url).is_err());
    }
}
