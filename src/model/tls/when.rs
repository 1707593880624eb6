//! Moments and lengths of time, for people.

use time::OffsetDateTime;

/// The day of a moment (seconds since 1970), `2026-11-20`, UTC.
pub fn date(at: i64) -> String {
    OffsetDateTime::from_unix_timestamp(at).map_or_else(|_| "a date out of range".into(), |at| at.date().to_string())
}

/// A length in seconds, in the largest unit that fits: `20 hours`, `5 days`.
pub fn span(seconds: i64) -> String {
    let (count, unit) = match seconds.abs() {
        s if s >= 2 * 86_400 => (s / 86_400, "day"),
        s if s >= 2 * 3600 => (s / 3600, "hour"),
        s if s >= 60 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
