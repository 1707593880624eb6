//! What an env file says of itself.

use super::EnvVar;
use crate::source::{Role, Source};
use crate::syntax::dotenv::File;

/// Variables that name the environment.
const STAGES: [&str; 22] = [
    "ENVIRONMENT",
    "APP_ENV",
    "APP_ENVIRONMENT",
    "NODE_ENV",
    "RAILS_ENV",
    "RACK_ENV",
    "DJANGO_ENV",
    "FLASK_CONFIG",
    "ENV",
    "STAGE",
    "DEPLOY_ENV",
    "DEPLOYMENT_ENV",
    "DEPLOY_ENVIRONMENT",
    "ASPNETCORE_ENVIRONMENT",
    "DOTNET_ENVIRONMENT",
    "SYMFONY_ENV",
    "GO_ENV",
    "RUST_ENV",
    "MIX_ENV",
    "SPRING_PROFILES_ACTIVE",
    "BUN_ENV",
    "CI_ENVIRONMENT",
];

fn names_stage(key: &str) -> bool {
    STAGES.contains(&key) || key.ends_with("_ENVIRONMENT") && key.starts_with("APP")
}

/// The environment an assignment names.
pub fn stage(key: &str, value: &str) -> Option<Role> {
    names_stage(key).then(|| Role::parse(value.trim())).flatten().filter(|role| *role != Role::Template)
}

/// The environment a file belongs to by its own words; `None` when it says nothing or contradicts itself.
pub fn said_role(source: &Source, tree: &File) -> Option<Role> {
    let all = tree.statements.iter().map(|statement| statement.of(source.id, source.text()));
    let mut roles = all.filter_map(|one| stage(one.key.value, one.value?.value));
    let first = roles.next()?;
    roles.all(|role| role == first).then_some(first)
}

/// Whether a switch is on, in the spellings programs take for it.
pub fn is_true(value: &str) -> bool {
    let value = value.trim();
    ["true", "1", "yes", "on", "y", "t", "enabled"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Whether a switch is off, in the spellings programs take for it.
pub fn is_false(value: &str) -> bool {
    let value = value.trim();
    ["false", "0", "no", "off", "n", "f", "disabled"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

impl EnvVar<'_> {
    /// Whether it is a variable that names the environment.
    pub fn names_stage(&self) -> bool {
        names_stage(self.key.value)
    }
}
