//! Numbers, sizes and times as Compose prints them.

use super::super::schema::bytes;
use super::super::value::{Data, Value, boolean};

/// A whole number, also one that is written as text.
pub(super) fn whole(value: &Value) -> Option<i64> {
    match &value.data {
        Data::Int(number) => Some(*number),
        Data::Float(number) => Some(*number as i64),
        Data::Text(text) => text.parse().ok().or_else(|| text.parse::<f64>().ok().map(|number| number as i64)),
        _ => None,
    }
}

/// A number with single precision, which is what Compose keeps.
pub(super) fn number(value: &Value) -> Option<Data> {
    let wide: f64 = value.text()?.parse().ok()?;
    if wide == 0.0 {
        return None;
    }
    let short: f64 = (wide as f32).to_string().parse().ok()?;
    Some(if short.fract() == 0.0 && short.abs() < 1e15 { Data::Int(short as i64) } else { Data::Float(short) })
}

/// A boolean, also one that is written as text.
pub(super) fn flag(value: &Value) -> Option<bool> {
    boolean(&value.text()?)
}

/// The number of bytes, as text.
pub(super) fn size(value: &Value) -> Option<String> {
    // Compose drops numbers with a fraction.
    if matches!(value.data, Data::Float(_)) {
        return None;
    }
    let text = value.text()?;
    let bytes = text.parse::<i64>().ok().or_else(|| bytes(&text).map(|bytes| bytes as i64))?;
    (bytes != 0).then(|| bytes.to_string())
}

/// The mode of a file: octal as text, and shown so.
pub(super) fn mode(value: &Value) -> Option<String> {
    let mode = match &value.data {
        Data::Text(text) => i64::from_str_radix(text, 8).ok()?,
        _ => whole(value)?,
    };
    let sign = if mode < 0 { "-" } else { "" };
    Some(format!("0{sign}{:o}", mode.unsigned_abs()))
}

const UNITS: [(&str, f64); 10] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3_600e9),
    ("d", 86_400e9),
    ("w", 604_800e9),
];

/// Nanoseconds of a duration such as `1m30s`; a bare number is one of them.
fn nanoseconds(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(unit_at);
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, after) = tail.split_at(end);
        let (_, worth) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total += number.parse::<f64>().ok()? * worth;
        rest = after;
    }
    Some((sign * total) as i64)
}

/// A duration as Go prints it: `90s` is `1m30s`. Nothing for one that is zero, unless `zero` is to be shown.
pub(super) fn duration(value: &Value, zero: bool) -> Option<String> {
    let total = nanoseconds(&value.text()?)?;
    if total == 0 {
        return zero.then(|| "0s".to_owned());
    }
    let (sign, left) = (if total < 0 { "-" } else { "" }, total.unsigned_abs());
    let part = |whole: u64, unit: u64, name: &str| {
        let fraction = format!("{:.9}", (whole % unit) as f64 / unit as f64);
        let fraction = fraction.trim_start_matches('0').trim_end_matches('0').trim_end_matches('.');
        format!("{}{fraction}{name}", whole / unit)
    };
    let small = match left {
        0..1_000 => Some(format!("{left}ns")),
        1_000..1_000_000 => Some(part(left, 1_000, "µs")),
        1_000_000..1_000_000_000 => Some(part(left, 1_000_000, "ms")),
        _ => None,
    };
    if let Some(small) = small {
        return Some(format!("{sign}{small}"));
    }
    let (minutes, seconds) = (left / 60_000_000_000, part(left % 60_000_000_000, 1_000_000_000, "s"));
    Some(match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}"),
    })
}
