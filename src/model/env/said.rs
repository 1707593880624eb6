//! What an env file says of itself.

use super::EnvVar;
use crate::source::{Role, Source};
use crate::syntax::dotenv::File;

/// Variables that name the environment.
const STAGES: [&str; 25] = [
    "ENVIRONMENT",
    "ENVIRONMENT_NAME",
    "ENV_NAME",
    "APP_STAGE",
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

/// How people who write no English begin to say that a file is copied.
const COPIED: [&str; 12] = [
    "copia",
    "copie",
    "copiez",
    "kopier",
    "salin",
    "скопируй",
    "копируй",
    "复制",
    "将此文件复制",
    "複製",
    "コピー",
    "복사",
];

/// Whether a comment above the first variable says that the file is copied to another one, which is the one that is used:
/// `# Copy this file to .env on the server`.
pub fn is_pattern(source: &Source, tree: &File) -> bool {
    let text = source.text();
    let name = source.path.rsplit('/').next().unwrap_or(&source.path);
    let end = tree.statements.first().map_or(text.len(), |first| first.of(source.id, text).key.span.start as usize);
    let other = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_' | '/'));
        let word = word.trim_end_matches('.').rsplit('/').next().unwrap_or(word);
        (word.starts_with(".env") || word.ends_with(".env")) && word != name
    };
    tree.comments.iter().take_while(|span| (span.end as usize) <= end).any(|span| {
        let Some(comment) = text.get(span.start as usize..span.end as usize) else { return false };
        let lower = comment.to_ascii_lowercase();
        let at = [
            "copy this file ",
            "rename this file ",
            "copy this to ",
            "rename this to ",
            "rename it to ",
            "rename it as ",
            "copy it to ",
            "save it as ",
            "save this file as ",
        ];
        // `# Copy this file and update with actual values`: what is used has another name, whichever it is.
        let and = ["copy this file and update", "copy this file and fill", "copy this file and replace"];
        if name != ".env" && and.iter().any(|words| lower.contains(words)) {
            return true;
        }
        // `# RIBBON - Production Environment Template`
        let titled = lower.trim_end().ends_with(" template") && lower.contains("env") && !lower.contains("from");
        if name != ".env" && titled {
            return true;
        }
        // `# 1. Copia este archivo a .env`
        let first = comment.trim_start_matches(|c: char| !c.is_alphabetic()).to_lowercase();
        if COPIED.iter().any(|verb| first.starts_with(verb)) && comment.split_whitespace().any(other) {
            return true;
        }
        at.iter()
            .filter_map(|words| lower.find(words))
            .any(|at| comment.get(at..).is_some_and(|rest| rest.split_whitespace().take(7).any(other)))
    })
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

/// Whether what a variable belongs to is switched off: `SMTP_DOMAIN` by `SMTP_ENABLED=false`, `RESEND_API_KEY` by
/// `EMAIL_ENABLED=false`.
pub fn is_switched_off<'a>(name: &str, value: impl Fn(&str) -> Option<&'a str>) -> bool {
    let feature = name.split('_').next().unwrap_or(name);
    let switches = ["ENABLED", "ENABLE", "ON", "ACTIVE"];
    let off = |feature: &str| switches.iter().any(|end| value(&format!("{feature}_{end}")).is_some_and(is_false));
    off(feature) || MAILERS.contains(&feature) && ["EMAIL", "EMAILS", "MAIL", "SMTP"].into_iter().any(off)
}

/// What the names of variables begin with that say how mail is sent.
const MAILERS: [&str; 10] =
    ["SMTP", "MAIL", "EMAIL", "EMAILS", "RESEND", "SENDGRID", "MAILGUN", "POSTMARK", "BREVO", "MAILJET"];

impl EnvVar<'_> {
    /// Whether it is a variable that names the environment.
    pub fn names_stage(&self) -> bool {
        names_stage(self.key.value)
    }
}

#[cfg(test)]
mod tests {
    use super::is_pattern;
    use crate::source::{FileId, Source};
    use crate::syntax::dotenv::parse;

    #[test]
    fn a_pattern_says_what_it_is_copied_to() {
        for (path, text, pattern) in [
            (".env.production", "# Copy this file to .env on the server\nA=1\n", true),
            ("deploy/prod.env", "# rename this to `.env`.\nA=1\n", true),
            (".env.domain", "# Fill in your own values and rename it to .env\nA=1\n", true),
            (".env.production", "# =====\n# SHOP - Production Environment Template\n# =====\nA=1\n", true),
            (".env.production", "# 1. Copia aquest fitxer a .env\nA=1\n", true),
            (".env.prod", "# 复制为 .env 后填写\nA=1\n", true),
            (".env.production", "# Made from the environment template\nA=1\n", false),
            (".env.production", "# Copie le mot de passe ailleurs\nA=1\n", false),
            (".env", "# Copy this file to .env and fill it in\nA=1\n", false),
            (".env.staging", "# Copy this file and update with actual values\nA=1\n", true),
            (".env.prod", "A=1\n# Copy this file to .env\n", false),
            (".env.prod", "# Do not copy this file to the server\nA=1\n", false),
        ] {
            let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
            assert_eq!(is_pattern(&source, &parse(&source)), pattern, "{path}: {text}");
        }
    }
}
