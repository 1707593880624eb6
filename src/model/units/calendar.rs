//! Calendar events of timers: `daily`, `Mon..Fri *-*-* 02:30:00 Europe/Berlin` (`src/shared/calendarspec.c`, version 257).
//!
//! What is asked is whether systemd can read one, not when it comes.

use crate::source::Cut;
use crate::syntax::near::letters_apart;

/// Words that stand for a whole event, in small or capital letters.
const WORDS: [&str; 13] = [
    "minutely",
    "hourly",
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "yearly",
    "annually",
    "anually",
    "biannually",
    "bi-annually",
    "semiannually",
    "semi-annually",
];

/// Names of days, each with its short form, in the order of a range.
const DAYS: [(&str, &str); 7] = [
    ("monday", "mon"),
    ("tuesday", "tue"),
    ("wednesday", "wed"),
    ("thursday", "thu"),
    ("friday", "fri"),
    ("saturday", "sat"),
    ("sunday", "sun"),
];

/// A part of an event, with its smallest and largest number.
struct Part(&'static str, u64, u64);

const YEAR: Part = Part("years", 1970, 2199);
const MONTH: Part = Part("months", 1, 12);
const DAY: Part = Part("days", 1, 31);
/// Days counted from the end of a month: three fewer, so that each month has them.
const DAY_FROM_END: Part = Part("days before the end of a month", 1, 28);
const HOUR: Part = Part("hours", 0, 23);
const MINUTE: Part = Part("minutes", 0, 59);
const SECOND: Part = Part("seconds", 0, 59);

/// Seconds are counted in microseconds, for their fractions.
const MICROSECONDS: u64 = 1_000_000;

/// More numbers in one part than this are refused (`CALENDARSPEC_COMPONENTS_MAX`).
const MOST_NUMBERS: usize = 240;

/// What systemd expects where it cannot read an event, in words for the person who wrote it. `None`: it can.
pub fn expected(event: &str) -> Option<String> {
    const USUAL: &str = "a calendar event: `daily`, `*-*-* 02:30:00`, `*:0/5` for every five minutes";
    let fault = read(without_zone(event)).err()?;
    Some(match fault {
        Fault::Form => USUAL.to_owned(),
        Fault::Word(near) => format!("a calendar event, perhaps `{near}`"),
        Fault::Range(Part(name, least, most)) => format!("{name} from {least} to {most}, and steps that fit in"),
        Fault::Days => "days in the order of the week, `Mon..Fri`".to_owned(),
    })
}

enum Fault {
    /// It has not the form of an event.
    Form,
    /// A word that is nearly one of systemd's.
    Word(&'static str),
    /// A number, or a step, that a part cannot have.
    Range(Part),
    /// A range of days that ends before it begins.
    Days,
}

/// An event without the time zone behind it. Which zones there are, the machine knows: what may be one passes.
fn without_zone(event: &str) -> &str {
    let Some((before, zone)) = event.rsplit_once(' ') else { return event };
    let is_zone = zone.eq_ignore_ascii_case("utc")
        || (zone.starts_with(|c: char| c.is_ascii_uppercase())
            && zone.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b))
            && !matches!(zone, "AM" | "PM")
            && day(zone).is_none());
    if is_zone { before } else { event }
}

fn read(event: &str) -> Result<(), Fault> {
    if event.is_empty() {
        return Err(Fault::Form);
    }
    if WORDS.iter().any(|word| word.eq_ignore_ascii_case(event)) {
        return Ok(());
    }
    if event.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') && day(event).is_none() {
        // `anually` is old, and not to be recommended.
        let usual = WORDS.into_iter().filter(|word| *word != "anually");
        let near = usual.map(|word| (letters_apart(&event.to_ascii_lowercase(), word), word)).min();
        return Err(near.filter(|(letters, _)| *letters <= 2).map_or(Fault::Form, |(_, word)| Fault::Word(word)));
    }
    let mut rest = after_days(event)?;
    if let Some(seconds) = rest.strip_prefix('@') {
        let number = !seconds.is_empty() && seconds.parse::<i64>().is_ok_and(|number| number >= 0);
        return if number { Ok(()) } else { Err(Fault::Form) };
    }
    rest = after_date(rest)?;
    if rest.is_empty() {
        return Ok(());
    }
    let (hours, rest) = numbers(rest, 1)?;
    let (minutes, rest) = numbers(rest.strip_prefix(':').ok_or(Fault::Form)?, 1)?;
    let (seconds, rest) = match rest.strip_prefix(':') {
        Some(rest) => numbers(rest, MICROSECONDS)?,
        None => (Vec::new(), rest),
    };
    if !rest.is_empty() {
        return Err(Fault::Form);
    }
    fits(&hours, HOUR, 1)?;
    fits(&minutes, MINUTE, 1)?;
    fits(&seconds, SECOND, MICROSECONDS)
}

/// What the weekday at the beginning of a text is, and what follows its name.
fn day(text: &str) -> Option<(usize, &str)> {
    DAYS.iter().enumerate().find_map(|(number, (long, short))| {
        let name = [long, short]
            .into_iter()
            .find(|name| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))?;
        Some((number, text.cut(name.len()..)))
    })
}

/// An event behind its weekdays (`parse_weekdays`).
fn after_days(event: &str) -> Result<&str, Fault> {
    let mut rest = event;
    let mut from: Option<usize> = None;
    while let Some((number, after)) = day(rest) {
        if from.is_some_and(|from| from > number) {
            return Err(Fault::Days);
        }
        let in_range = from.take().is_some();
        let range = after.strip_prefix("..").or_else(|| after.strip_prefix('-'));
        rest = match (range, after.strip_prefix(',')) {
            (Some(_), _) if in_range => return Err(Fault::Form),
            (Some(after), _) => {
                from = Some(number);
                after
            }
            (None, Some(after)) => after,
            (None, None) if after.is_empty() || after.starts_with(' ') => return Ok(after.trim_start_matches(' ')),
            (None, None) => return Err(Fault::Form),
        };
        // A comma may stand at the end, a range may not.
        if rest.is_empty() || rest.starts_with(' ') {
            return if from.is_none() { Ok(rest.trim_start_matches(' ')) } else { Err(Fault::Form) };
        }
    }
    if rest.len() == event.len() { Ok(rest) } else { Err(Fault::Form) }
}

/// An event behind its date, with or without a year (`parse_date`); the whole of it where a time comes first.
fn after_date(event: &str) -> Result<&str, Fault> {
    if event.is_empty() {
        return Ok(event);
    }
    let sign = |rest: &str| rest.chars().next().filter(|sign| matches!(sign, '-' | '~')).ok_or(Fault::Form);
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let (first, rest) = numbers(event, 1)?;
    if rest.is_empty() || rest.starts_with(':') {
        return Ok(event);
    }
    let from_end = sign(rest)? == '~';
    let (second, rest) = numbers(rest.cut(1..), 1)?;
    let (year, month, day, from_end, rest) = if ends(rest) {
        (Vec::new(), first, second, from_end, rest)
    } else if from_end {
        return Err(Fault::Form);
    } else {
        let from_end = sign(rest)? == '~';
        let (third, rest) = numbers(rest.cut(1..), 1)?;
        (first, second, third, from_end, rest)
    };
    if !ends(rest) {
        return Err(Fault::Form);
    }
    let century = |year: u64| match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        _ => year,
    };
    let year: Vec<Number> = year
        .into_iter()
        .map(|number| Number { start: century(number.start), stop: number.stop.map(century), ..number })
        .collect();
    fits(&year, YEAR, 1)?;
    fits(&month, MONTH, 1)?;
    match from_end {
        true => fits_from_end(&day),
        false => fits(&day, DAY, 1),
    }?;
    Ok(rest.trim_start_matches(' '))
}

/// `5`, `1..5`, `0/15` or `1..5/2`; seconds in microseconds.
#[derive(Clone, Copy)]
struct Number {
    start: u64,
    stop: Option<u64>,
    step: u64,
}

/// The numbers of one part, none for `*`, and what follows (`parse_chain`). `unit` is how many parts a whole one has.
fn numbers(text: &str, unit: u64) -> Result<(Vec<Number>, &str), Fault> {
    if let Some(rest) = text.strip_prefix('*') {
        return Ok((Vec::new(), rest));
    }
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let (start, after) = number(rest, unit)?;
        rest = after;
        let (mut stop, mut step) = (None, 0);
        if let Some(after) = rest.strip_prefix("..") {
            let (to, after) = number(after, unit)?;
            (stop, step, rest) = (Some(to), unit, after);
        }
        if let Some(after) = rest.strip_prefix('/') {
            (step, rest) = number(after, unit)?;
            if step == 0 {
                return Err(Fault::Form);
            }
        } else if unit > 1 && stop.is_some_and(|stop| start + step > stop) {
            return Err(Fault::Form);
        }
        // A range ends with its last step.
        let stop = stop.map(|stop| if step > 0 && stop > start { stop - (stop - start) % step } else { stop });
        found.push(Number { start, stop, step: if stop == Some(start) { 0 } else { step } });
        match rest.chars().next() {
            Some(',') if found.len() <= MOST_NUMBERS => rest = rest.cut(1..),
            None | Some(' ' | '-' | '~' | ':') => return Ok((found, rest)),
            _ => return Err(Fault::Form),
        }
    }
}

/// A number and what follows, of seconds with its fraction (`parse_component_decimal`).
fn number(text: &str, unit: u64) -> Result<(u64, &str), Fault> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, mut rest) = text.split_at(digits(text));
    let mut value = whole.parse::<u64>().ok().and_then(|whole| whole.checked_mul(unit)).ok_or(Fault::Form)?;
    if let Some(fraction) = rest.strip_prefix('.').filter(|after| unit > 1 && !after.starts_with('.')) {
        let (fraction, after) = fraction.split_at(digits(fraction));
        if fraction.is_empty() {
            return Err(Fault::Form);
        }
        value += format!("{fraction:0<6.6}").parse::<u64>().map_err(|_| Fault::Form)?;
        rest = after;
    }
    if i32::try_from(value).is_err() {
        return Err(Fault::Form);
    }
    Ok((value, rest))
}

/// Whether a part can have these numbers (`chain_valid`).
fn fits(numbers: &[Number], part: Part, unit: u64) -> Result<(), Fault> {
    let (least, most) = (part.1 * unit, (part.2 + 1) * unit - 1);
    let inside = |value: u64| (least..=most).contains(&value);
    let fit = numbers.iter().all(|number| {
        let end = number.stop.unwrap_or(most);
        inside(number.start) && inside(end) && number.step <= most - least && number.start + number.step <= end
    });
    if fit { Ok(()) } else { Err(Fault::Range(part)) }
}

/// The same for days from the end of a month, whose steps go down. (Version 252 refuses more in lists: `~10,26`.)
fn fits_from_end(days: &[Number]) -> Result<(), Fault> {
    let (ranges, single): (Vec<Number>, Vec<Number>) = days.iter().partition(|day| day.stop.is_some());
    if single.iter().any(|day| day.start < 1 + day.step) {
        return Err(Fault::Range(DAY_FROM_END));
    }
    fits(&ranges, DAY_FROM_END, 1)?;
    fits(&single.iter().map(|day| Number { step: 0, ..*day }).collect::<Vec<_>>(), DAY_FROM_END, 1)
}

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn systemd_reads_the_same_events() {
        let cases = include_str!("../../../testdata/systemd/calendar-cases.tsv");
        let wrong: Vec<&str> = cases
            .lines()
            .skip(1)
            .filter(|line| {
                let (verdict, event) = line.split_once('\t').unwrap();
                expected(event).is_none() != (verdict == "ok")
            })
            .collect();
        assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), cases.lines().count() - 1, wrong.join("\n"));
    }

    #[test]
    fn the_fault_is_named() {
        for (event, words) in [
            ("dayly", "a calendar event, perhaps `daily`"),
            ("Fri..Mon 02:00", "days in the order of the week, `Mon..Fri`"),
            ("25:00", "hours from 0 to 23, and steps that fit in"),
            ("*-13-01", "months from 1 to 12, and steps that fit in"),
            ("every day", "a calendar event: `daily`, `*-*-* 02:30:00`, `*:0/5` for every five minutes"),
        ] {
            assert_eq!(expected(event).as_deref(), Some(words), "{event}");
        }
    }
}
