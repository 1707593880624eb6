//! `cron/bad-time`

use crate::model::crontab::Crontab;
use crate::rules::prelude::*;

rule! {
    /// A time in a crontab that there is not.
    ///
    /// ## Why
    /// `crontab FILE` refuses the whole file, and from `/etc/cron.d` cron does not load it: none of its entries is run.
    ///
    /// ## Examples
    /// ```crontab bad
    /// 60 2 * * * /opt/shop/backup.sh
    /// ^^ cron/bad-time
    /// | there is no minute `60`, and cron does not take the file
    /// | help: the minute goes from 0 to 59; a step is at least 1
    /// 0 24 * * * /opt/shop/clean.sh
    /// # ^^ cron/bad-time
    /// */0 * * * * /opt/shop/poll.sh
    /// ^^^ cron/bad-time
    /// ```
    /// ```crontab good
    /// 0,30 2-4 */2 jan mon-fri /opt/shop/backup.sh
    /// 0 0 1 * 7 /opt/shop/clean.sh
    /// @daily /opt/shop/poll.sh
    /// ```
    "cron/bad-time" {
        severity: High, confidence: Certain, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://manpages.debian.org/bookworm/cron/crontab.5.en.html"],
        check: Check::Crontab(check),
    }
}

/// What the fields are called, and what they range over.
const FIELDS: [(&str, u32, u32); 5] =
    [("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7)];

/// Whether a field is within its range. Names and what only other programs know are let through.
fn fits(text: &str, from: u32, to: u32) -> bool {
    text.split(',').all(|part| {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let ends: Vec<Option<u32>> = range.split('-').map(|end| end.parse().ok()).collect();
        let inside = ends.iter().flatten().all(|end| (from..=to).contains(end));
        let ordered = !matches!(ends.as_slice(), [Some(a), Some(b)] if a > b);
        inside && ordered && step != Some("0")
    })
}

fn check(crontab: &Crontab, _: &Context, sink: &mut Sink) {
    for entry in crontab.entries().filter(|entry| entry.when.len() == 5) {
        for (field, (name, from, to)) in entry.when.iter().zip(FIELDS) {
            if !fits(&field.value, from, to) {
                sink.report(
                    field.span,
                    format!("there is no {name} `{}`, and cron does not take the file", field.value),
                )
                .help(format!("the {name} goes from {from} to {to}; a step is at least 1"));
            }
        }
    }
}
