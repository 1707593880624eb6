//! Server and service to how large an upload may be: what nginx lets through, what the application accepts.

use super::Project;
use crate::model::compose::Service;
use crate::model::ini::Ini;
use crate::model::nginx::{Server, is_health_path, values};
use crate::model::{Kind, Known};
use crate::source::Span;

/// The largest upload an application accepts.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct UploadLimit {
    /// The variable that says so.
    pub variable: &'static str,
    /// In bytes; never 0.
    pub bytes: u64,
    /// Where the value is written.
    pub span: Span,
}

/// Variables that hold the largest upload an application takes.
const VARIABLES: [&str; 14] = [
    "MAX_UPLOAD_SIZE",
    "MAX_UPLOAD_SIZE_MB",
    "MAX_CONTENT_LENGTH",
    "MAX_FILE_SIZE",
    "MAX_FILE_SIZE_MB",
    "MAX_UPLOAD_FILE_SIZE",
    "MAX_UPLOAD_MB",
    "UPLOAD_MAX_SIZE",
    "UPLOAD_MAX_SIZE_MB",
    "UPLOAD_MAX_FILESIZE",
    "PHP_UPLOAD_MAX_FILESIZE",
    "UPLOAD_LIMIT",
    "UPLOAD_FILE_SIZE_LIMIT",
    "NGINX_UPLOAD_MAX_BODY_SIZE",
];

impl Project {
    /// The largest upload a service accepts, as its variables have it.
    pub fn upload_limit(&self, service: &Service) -> Option<UploadLimit> {
        let told = VARIABLES.into_iter().find_map(|variable| match self.service_env(service, variable) {
            Known::Set(value) => {
                Some(UploadLimit { variable, bytes: bytes(variable, &value.value)?, span: value.span })
            }
            _ => None,
        });
        told.or_else(|| self.upload_limit_of_php(service))
    }

    /// The same of PHP, as the files say that its container has below `/etc/php`: a file is part of a request, which has a
    /// limit of its own.
    fn upload_limit_of_php(&self, service: &Service) -> Option<UploadLimit> {
        let seen = |ini: &&Ini| {
            matches!(ini.kind, Kind::Pool | Kind::Php)
                && self.sees(service, &ini.path).is_some_and(|path| path.contains("/etc/php"))
        };
        let inis: Vec<&Ini> = self.inis.iter().filter(|_| self.look(1)).filter(seen).collect();
        let last = |key: &'static str| {
            let value = inis.iter().rev().find_map(|ini| ini.get(key))?;
            Some((bytes(key, value.value.trim_matches('"'))?, value.span))
        };
        // What PHP allows anyway nobody chose.
        let (file, span) = last("upload_max_filesize").filter(|(bytes, _)| *bytes > PHP_FILE)?;
        let whole = last("post_max_size").map_or(PHP_POST, |(bytes, _)| bytes);
        Some(UploadLimit { variable: "upload_max_filesize", bytes: file.min(whole), span })
    }

    /// The largest request body in bytes that nginx lets through to a service: of all locations of the server that lead
    /// to it, the one with the highest `client_max_body_size`. `None`: one of them has no limit, or it is not known.
    pub fn body_limit(&self, server: &Server, service: &Service) -> Option<Known<u64>> {
        let mut best: Option<Known<u64>> = None;
        // Nobody uploads to where it is asked how the program is.
        for hop in self.hops(server).into_iter().filter(|hop| !is_health_path(&hop.location.path.value)) {
            if !self.look(1) {
                break;
            }
            if self.reached(server.file, &hop).iter().any(|(reached, _)| reached.name.span == service.name.span) {
                let place = (server, hop.location);
                let limit = self.number_in_effect(place, "client_max_body_size", values::offset);
                limit.get().filter(|bytes| **bytes > 0)?;
                if best.as_ref().and_then(Known::get) < limit.get() {
                    best = Some(limit);
                }
            }
        }
        best
    }
}

/// `upload_max_filesize` unless it is set (php-src `main/main.c`).
const PHP_FILE: u64 = 2 << 20;

/// `post_max_size` unless it is set (php-src `main/main.c`).
const PHP_POST: u64 = 8 << 20;

/// Bytes of `500M`, `52428800`, or `50` for a name that ends in `_MB`. A small bare number says nothing.
fn bytes(variable: &str, value: &str) -> Option<u64> {
    let text = value.trim().to_ascii_lowercase();
    let (number, unit) = text.split_at_checked(text.bytes().take_while(u8::is_ascii_digit).count())?;
    let number: u64 = number.parse().ok()?;
    let factor = match (unit.trim(), variable.ends_with("_MB")) {
        ("", true) => 1 << 20,
        ("", false) if number >= 100_000 => 1,
        ("k" | "kb" | "kib", _) => 1 << 10,
        ("m" | "mb" | "mib", _) => 1 << 20,
        ("g" | "gb" | "gib", _) => 1 << 30,
        _ => return None,
    };
    number.checked_mul(factor).filter(|bytes| *bytes > 0)
}
