//! Values that nginx refuses: its number formats, and the words single directives know.

use crate::source::Cut;

/// `on` or `off`, in any case (`ngx_conf_set_flag_slot`).
pub fn is_flag(value: &str) -> bool {
    value.eq_ignore_ascii_case("on") || value.eq_ignore_ascii_case("off")
}

/// Digits only, and few enough to fit (`ngx_atoi`).
pub fn is_number(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_digit()) && value.parse::<i64>().is_ok()
}

/// A number with `k` or `m` (`ngx_parse_size`).
pub fn is_size(value: &str) -> bool {
    is_number(value.strip_suffix(['k', 'K', 'm', 'M']).unwrap_or(value))
}

/// A number with `k`, `m` or `g` (`ngx_parse_offset`).
pub fn is_offset(value: &str) -> bool {
    is_number(value.strip_suffix(['k', 'K', 'm', 'M', 'g', 'G']).unwrap_or(value))
}

/// Bytes of a size, if it is one.
pub fn size(value: &str) -> Option<u64> {
    let (number, factor) = match value.as_bytes().last()? {
        b'k' | b'K' => (value.cut(..value.len() - 1), 1024),
        b'm' | b'M' => (value.cut(..value.len() - 1), 1024 * 1024),
        _ => (value, 1),
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// Bytes of an offset (`client_max_body_size`), which also knows gigabytes.
pub fn offset(value: &str) -> Option<u64> {
    match value.strip_suffix(['g', 'G']) {
        Some(number) => number.parse::<u64>().ok()?.checked_mul(1 << 30),
        None => size(value),
    }
}

/// Seconds of a time, parts of a second rounded down; `None` when it is not a time.
pub fn seconds(value: &str) -> Option<u64> {
    if !is_time(value, true) {
        return None;
    }
    let (mut total, mut rest) = (0u64, value);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest.cut(..digits).parse().ok()?;
        let unit = rest.cut(digits..);
        let length = unit.bytes().take_while(u8::is_ascii_alphabetic).count();
        let factor = match unit.cut(..length) {
            "y" => 365 * 86_400,
            "M" => 30 * 86_400,
            "w" => 7 * 86_400,
            "d" => 86_400,
            "h" => 3_600,
            "m" => 60,
            "ms" => 0,
            _ => 1,
        };
        let part = if factor == 0 { number / 1_000 } else { number.checked_mul(factor)? };
        total = total.checked_add(part)?;
        rest = unit.cut(length..).trim_start_matches(' ');
    }
    Some(total)
}

/// Numbers with units from large to small: `1h30m`, `30s`, `500ms`; a bare number is seconds and comes last
/// (`ngx_parse_time`). Milliseconds only where nginx keeps them.
pub fn is_time(value: &str, milliseconds: bool) -> bool {
    let mut rest = value;
    let mut last = 0;
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || rest.cut(..digits).parse::<i64>().is_err() {
            return false;
        }
        rest = rest.cut(digits..);
        let (rank, length) = match rest.as_bytes() {
            [b'y', ..] => (1, 1),
            [b'M', ..] => (2, 1),
            [b'w', ..] => (3, 1),
            [b'd', ..] => (4, 1),
            [b'h', ..] => (5, 1),
            [b'm', b's', ..] if milliseconds => (8, 2),
            [b'm', ..] => (6, 1),
            [b's', ..] => (7, 1),
            // A space may end a unit: `1h 30m`.
            [] => (7, 0),
            _ => return false,
        };
        if rank <= last {
            return false;
        }
        last = rank;
        rest = rest.cut(length..).trim_start_matches(' ');
        // A bare number of seconds ends the value.
        if length == 0 {
            return rest.is_empty();
        }
    }
    true
}

/// A whole number above 0, alone or with `r/s` or `r/m` (`ngx_http_limit_req_zone`).
pub fn is_rate(value: &str) -> bool {
    let number = value.strip_suffix("r/s").or_else(|| value.strip_suffix("r/m")).unwrap_or(value);
    is_number(number) && number.parse::<i64>().is_ok_and(|n| n > 0)
}

/// The rate nginx can express that comes nearest to what was meant: `10r/h` is `1r/m`, `0.5r/s` is `30r/m`.
pub fn nearest_rate(value: &str) -> Option<String> {
    let digits = value.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let number: f64 = value.cut(..digits).parse().ok()?;
    let unit = value.cut(digits..).trim_start_matches('r').trim_start_matches('/').trim_start_matches("per");
    let seconds = match unit {
        "" | "s" | "sec" | "second" | "rps" | "ps" => 1.0,
        "m" | "min" | "minute" | "rpm" | "pm" => 60.0,
        "h" | "hr" | "hour" => 3600.0,
        "d" | "day" => 86_400.0,
        "ms" => 0.001,
        _ => return None,
    };
    let per_minute = number * 60.0 / seconds;
    if !(0.0..1e9).contains(&per_minute) {
        return None;
    }
    Some(if per_minute >= 60.0 && (per_minute / 60.0).fract() == 0.0 {
        format!("{}r/s", per_minute / 60.0)
    } else {
        format!("{}r/m", per_minute.floor().max(1.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_formats() {
        for (value, time, size, offset) in [
            ("1m30s", true, false, false),
            ("30s1m", false, false, false),
            ("1.5s", false, false, false),
            ("500ms", true, false, false),
            ("30days", false, false, false),
            ("10", true, true, true),
            ("16k", false, true, true),
            ("2g", false, false, true),
            ("10mb", false, false, false),
            ("-1", false, false, false),
        ] {
            assert_eq!((is_time(value, true), is_size(value), is_offset(value)), (time, size, offset), "{value}");
        }
        assert!(!is_time("500ms", false));
    }

    #[test]
    fn rates() {
        for (value, nearest) in
            [("10r/h", "1r/m"), ("0.5r/s", "30r/m"), ("100r/min", "100r/m"), ("10/s", "10r/s"), ("1000r/h", "16r/m")]
        {
            assert!(!is_rate(value));
            assert_eq!(nearest_rate(value).as_deref(), Some(nearest), "{value}");
        }
        assert!(is_rate("10") && is_rate("1r/m") && !is_rate("0r/s"));
        assert_eq!(nearest_rate("fast"), None);
    }
}
