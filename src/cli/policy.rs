//! The options that make the policy, shared by the subcommands that need one.

use super::output::Failure;
use crate::policy::{Change, Layer, Levels, Origin, Policy, Sourced, nearest, unknown_rule};
use crate::rules::{self, Severity};

/// What the command line says about the policy.
#[derive(clap::Args, Debug, Default)]
pub struct Options {
    /// Gives a rule a severity: critical, high, medium, low, info or off.
    #[arg(long = "rule", value_name = "ID=SEVERITY")]
    rules: Vec<String>,
    /// Switches a rule off.
    #[arg(long = "off", value_name = "ID")]
    off: Vec<String>,
}

impl Options {
    /// All layers together.
    ///
    /// # Errors
    /// When an option or a file names something that does not exist.
    pub fn policy(&self) -> Result<Policy, Failure> {
        let mut policy = Policy::default();
        policy.add(self.layer()?);
        Ok(policy)
    }

    fn layer(&self) -> Result<Layer, Failure> {
        let mut layer = Layer::default();
        for text in &self.rules {
            let (id, word) =
                text.split_once('=').ok_or_else(|| format!("--rule takes ID=SEVERITY, and `{text}` has no `=`"))?;
            layer.rules.push(change(id, level(word)?)?);
        }
        for id in &self.off {
            layer.rules.push(change(id, None)?);
        }
        Ok(layer)
    }
}

fn change(id: &str, level: Option<Severity>) -> Result<Change, Failure> {
    let rule = rules::find(id).ok_or_else(|| unknown_rule(id))?;
    let severity = Sourced { value: Levels::Everywhere(level), origin: Origin::CommandLine };
    Ok(Change { rule, severity: Some(severity), settings: Vec::new() })
}

fn level(word: &str) -> Result<Option<Severity>, Failure> {
    if word == "off" {
        return Ok(None);
    }
    severity(word).map(Some).map_err(Failure)
}

/// Reads a severity.
pub fn severity(word: &str) -> Result<Severity, String> {
    Severity::parse(word).ok_or_else(|| {
        let hint = nearest(word, Severity::ALL.map(Severity::name)).map(|near| format!("; did you mean `{near}`?"));
        format!("`{word}` is not a severity (critical, high, medium, low, info){}", hint.unwrap_or_default())
    })
}
