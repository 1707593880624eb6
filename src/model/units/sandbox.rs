//! What a unit's sandbox leaves of the file system (`systemd.exec(5)`, "Sandboxing", versions 252 and 257).

use super::Unit;
use crate::source::{Span, Spanned, below};

/// The folders of people.
const HOMES: [&str; 3] = ["/home", "/root", "/run/user"];

impl Unit {
    /// The setting that keeps a path from being seen at all, and its place.
    pub fn hides(&self, path: &str) -> Option<(&'static str, Span)> {
        let home = self.last("Service", "ProtectHome").filter(|_| HOMES.iter().any(|home| below(path, home).is_some()));
        if let Some(value) = home {
            let bound = || self.covers(&["BindPaths", "BindReadOnlyPaths"], path);
            let hidden = match value.value.as_str() {
                "tmpfs" => !bound(),
                "read-only" => false,
                word => super::ignored::boolean(word) == Some(true),
            };
            if hidden {
                return Some(("ProtectHome", value.span));
            }
        }
        let closed = self.list("Service", "InaccessiblePaths");
        let closed = closed.iter().find(|own| below(path, own.value.trim_start_matches(['-', '+'])).is_some());
        closed.map(|own| ("InaccessiblePaths", own.span))
    }

    /// The setting that makes a path read-only, and its place.
    pub fn seals(&self, path: &str) -> Option<(&'static str, Span)> {
        let free = self.covers(&["ReadWritePaths", "BindPaths", "TemporaryFileSystem"], path) || self.makes(path);
        if free {
            return None;
        }
        let own_tmp = self.service("PrivateTmp").is_some_and(|value| super::ignored::boolean(value) != Some(false));
        let tmp = ["/tmp", "/var/tmp"].iter().any(|tmp| below(path, tmp).is_some());
        let system = self.last("Service", "ProtectSystem")?;
        let sealed = match system.value.as_str() {
            "strict" => !(tmp && own_tmp || ["/dev", "/proc", "/sys"].iter().any(|own| below(path, own).is_some())),
            "full" => ["/usr", "/boot", "/efi", "/etc"].iter().any(|own| below(path, own).is_some()),
            word => {
                super::ignored::boolean(word) == Some(true)
                    && ["/usr", "/boot", "/efi"].iter().any(|own| below(path, own).is_some())
            }
        };
        if sealed {
            return Some(("ProtectSystem", system.span));
        }
        let home = self.last("Service", "ProtectHome").filter(|value| value.value == "read-only")?;
        HOMES.iter().any(|own| below(path, own).is_some()).then_some(("ProtectHome", home.span))
    }

    /// Whether a path below `/tmp` is in a folder that no other program sees.
    pub fn has_own_tmp(&self, path: &str) -> Option<Span> {
        let tmp = ["/tmp", "/var/tmp"].iter().any(|tmp| below(path, tmp).is_some());
        let dynamic =
            || self.last("Service", "DynamicUser").filter(|value| super::ignored::boolean(&value.value) == Some(true));
        let private = self.last("Service", "PrivateTmp");
        let private = private.filter(|value| super::ignored::boolean(&value.value) != Some(false)).or_else(dynamic);
        private.filter(|_| tmp).map(|value| value.span)
    }

    /// Whether a path is, or is in, a folder that systemd makes for the unit.
    pub fn makes(&self, path: &str) -> bool {
        let kinds = [
            ("StateDirectory", "/var/lib"),
            ("CacheDirectory", "/var/cache"),
            ("LogsDirectory", "/var/log"),
            ("RuntimeDirectory", "/run"),
            ("ConfigurationDirectory", "/etc"),
        ];
        kinds.iter().any(|(key, root)| {
            let names = self.list("Service", key);
            names.iter().any(|name| {
                self.filled(name.value).is_none_or(|name| {
                    below(path, &format!("{root}/{}", name.split(':').next().unwrap_or_default())).is_some()
                })
            })
        })
    }

    /// Whether one of the lists of paths names a path or a folder above it. `BindPaths` may name it in two parts.
    fn covers(&self, keys: &[&str], path: &str) -> bool {
        let names = |own: &Spanned<&str>| {
            let own = own.value.trim_start_matches(['-', '+']);
            let place = own.split(':').nth(1).unwrap_or(own);
            // What a specifier stands for may be it.
            self.filled(place).is_none_or(|place| below(path, &place).is_some())
        };
        keys.iter().any(|key| self.list("Service", key).iter().any(names))
    }
}
