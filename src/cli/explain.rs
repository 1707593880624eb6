//! `gonogo explain`

use std::fmt::Write;
use std::path::Path;

use super::output::{Failure, print};
use super::policy::Options;
use crate::policy::{Policy, unknown_rule};
use crate::rules::{self, Named, Rule, Value, doc};
use crate::source::Role;

/// Tells the whole story of a rule, and what is in effect for it here and why.
#[derive(clap::Args)]
pub struct Args {
    /// The rule, for example env/debug-on.
    rule: String,
    #[command(flatten)]
    policy: Options,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let named = rules::named(&args.rule).ok_or_else(|| unknown_rule(&args.rule))?;
    let [rule] = named.rules[..] else {
        print(&successors(&named))?;
        return Ok(0);
    };
    let policy = args.policy.policy(Path::new("."))?.policy;
    print(&text(rule, &policy))?;
    Ok(0)
}

/// What became of a rule that is several now.
fn successors(named: &Named) -> String {
    let mut text =
        format!("{}\n\nThis id stands for {} rules. `gonogo explain` tells of each:\n\n", named.id, named.rules.len());
    let widest = named.rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in &named.rules {
        let _ = writeln!(text, "  {:widest$}  {}", rule.id, rule.summary());
    }
    text
}

fn text(rule: &'static Rule, policy: &Policy) -> String {
    let mut text = format!("{}\n\n{}\n", rule.id, doc::readable(rule).trim_end());
    let _ = write!(
        text,
        "\nReads: {}   Effect: {}   Confidence: {}   Audience: {}   Since: {}\n",
        rule.check.reads(),
        rule.effect.phrase(),
        rule.confidence.name(),
        rule.audience.name(),
        rule.since
    );
    text.push_str("\nSeverity in effect\n");
    for role in Role::ALL.into_iter().rev() {
        let level = policy.severity_with_origin(rule, role);
        let word = level.value.map_or("off", |severity| severity.name());
        let _ = writeln!(text, "  {:11}  {word:8}  set by {}", role.name(), level.origin);
    }
    if !rule.params.is_empty() {
        text.push_str("\nParameters in effect\n");
    }
    for param in rule.params {
        if let Some(setting) = policy.setting_with_origin(rule, param.name()) {
            let _ = writeln!(text, "  {} = {}  set by {}", param.name(), shown(&setting.value), setting.origin);
            let _ = writeln!(text, "      {}", param.doc());
            if let Value::Switches(switches) = &setting.value {
                for (name, switch) in switches.iter() {
                    let level = if switch.bad.is_empty() { "off" } else { switch.severity.name() };
                    let _ = writeln!(text, "      {level:8}  {name}");
                }
            }
        }
    }
    if !rule.refs.is_empty() {
        text.push_str("\nReferences\n");
        for reference in rule.refs {
            let _ = writeln!(text, "  {reference}");
        }
    }
    text
}

fn shown(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Bool(on) => on.to_string(),
        Value::List(words) => format!("[{}]", words.join(", ")),
        Value::Switches(switches) => format!("{} variables", switches.iter().count()),
    }
}
