//! Spans of time as units write them (`parse_time` in `src/basic/time-util.c`).

/// Names of units of time, and seconds in each.
const UNITS: &[(&[&str], f64)] = &[
    (&["seconds", "second", "sec", "s", ""], 1.0),
    (&["minutes", "minute", "min", "m"], 60.0),
    (&["hours", "hour", "hr", "h"], 3600.0),
    (&["days", "day", "d"], 86400.0),
    (&["weeks", "week", "w"], 604_800.0),
    (&["months", "month", "M"], 2_629_800.0),
    (&["years", "year", "y"], 31_557_600.0),
    (&["msec", "ms"], 0.001),
    (&["usec", "us", "µs", "μs"], 0.000_001),
];

/// The seconds of a value: `90`, `1min 30s`, `infinity`. `None`: systemd cannot read it.
pub fn seconds(value: &str) -> Option<f64> {
    let mut rest = value.trim();
    if rest == "infinity" {
        return Some(f64::INFINITY);
    }
    let mut sum = None;
    while !rest.is_empty() {
        let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let (digits, after) = rest.split_at(number);
        let count: f64 = digits.parse().ok()?;
        let after = after.trim_start();
        let name_length = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (name, next) = after.split_at(name_length);
        let (_, factor) = UNITS.iter().find(|(names, _)| names.contains(&name))?;
        sum = Some(sum.unwrap_or(0.0) + count * factor);
        rest = next.trim_start();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn times_are_those_of_systemd() {
        for (text, expected) in [
            ("90", Some(90.0)),
            ("1min 30s", Some(90.0)),
            ("1m30", Some(90.0)),
            ("2 h", Some(7200.0)),
            ("500ms", Some(0.5)),
            ("infinity", Some(f64::INFINITY)),
            ("", None),
            ("soon", None),
            ("5 minuets", None),
            ("30 # x", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
