//! `gonogo explain`

use std::fmt::Write;

use super::output::{Failure, print};
use super::policy::Options;
use super::scope::Scope;
use super::search::search;
use crate::policy::{Policy, nearest_rule, unknown_rule};
use crate::rules::{self, Named, Rule, Value, doc};
use crate::source::Role;

/// Tells the whole story of a rule, and what is in effect for it here and why.
///
/// Whatever a program said when it failed finds the rules that know it.
#[derive(clap::Args)]
pub struct Args {
    /// The rule, for example env/debug-on, or a line from a log in quotes: "host not found in upstream".
    rule: String,
    #[command(flatten)]
    policy: Options,
}

pub fn run(args: &Args) -> Result<u8, Failure> {
    let named = rules::named(&args.rule).map_or_else(|| found(&args.rule), |named| Ok(Some(named)))?;
    let Some(named) = named else { return Ok(0) };
    let [rule] = named.rules[..] else {
        print(&successors(&named))?;
        return Ok(0);
    };
    let mut scope = Scope::new(&[], None)?;
    if args.policy.by_project() {
        scope.find_configuration()?;
    }
    let policy = args.policy.policy(&scope.root, &scope.here(), &|_| None)?.policy;
    print(&text(rule, &policy))?;
    Ok(0)
}

/// The rule that a text is about; several are listed instead.
fn found(text: &str) -> Result<Option<Named>, Failure> {
    let rules = search(text);
    if rules.is_empty() || nearest_rule(text).is_some() {
        return Err(unknown_rule(text).into());
    }
    if let [only] = rules[..] {
        return Ok(rules::named(only.id));
    }
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let line = |rule: &&Rule| format!("{:width$}  {}\n", rule.id, rule.summary().trim_end_matches('.'));
    print(&rules.iter().map(line).collect::<String>())?;
    Ok(None)
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
