//! What env files are called.

use super::super::{Claim, Name};
use crate::source::Role;

/// Which files are env files.
pub fn claim(name: &Name) -> Claim {
    Claim::by_name(is_name(name.lower()))
}

/// Whether a file of this name, in small letters, is an env file: `.env`, `.env.prod`, `prod.env`, `.flaskenv`,
/// `env.example`; not `.env.d.ts`, `.env.js`, `.env.md`, `parameters.env.tf`, `Env.res`.
pub fn is_name(lower: &str) -> bool {
    const OTHER: [&str; 56] = [
        "ts", "mts", "js", "mjs", "cjs", "tsx", "jsx", "vue", "svelte", "py", "rb", "go", "rs", "php", "java", "kt",
        "cs", "swift", "lua", "ex", "exs", "sh", "bash", "ps1", "bat", "md", "rst", "html", "css", "scss", "sql",
        "xml", "patch", "diff", "json", "yml", "yaml", "toml", "tf", "tfvars", "hcl", "nix", "gpg", "enc", "res",
        "resi", "elm", "hs", "ml", "scala", "dart", "clj", "zig", "c", "h", "cpp",
    ];
    let last = lower.rsplit('.').next().unwrap_or("");
    if !lower.contains("env") || OTHER.contains(&last) || lower.ends_with('~') && !lower.starts_with(".env") {
        return false;
    }
    lower == ".flaskenv"
        || lower == ".envrc.local"
        || lower.split('.').any(|word| word == "env")
            && (lower.starts_with(".env")
                || lower.starts_with("env.")
                || last == "env"
                || lower.split('.').count() > 2)
        || lower.strip_prefix(".env").is_some_and(|rest| rest.starts_with(['.', '-', '_', '~']))
        // Copies with a date: `env_20261120.prod`.
        || lower.strip_prefix("env").is_some_and(|rest| rest.starts_with(['-', '_']) && is_dated_copy(rest))
}

fn is_dated_copy(rest: &str) -> bool {
    let (date, last) = rest.rsplit_once('.').unwrap_or((rest, ""));
    date.bytes().any(|byte| byte.is_ascii_digit()) && (Role::parse(last).is_some() || matches!(last, "bak" | "old"))
}
