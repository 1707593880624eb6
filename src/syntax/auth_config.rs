//! The files in which a program sets Auth.js up, of which the plain lines are read.

pub use super::lines::{File, parse};
use super::{Claim, Name};
use crate::source::directory;

/// Which files may set it up, by the names that its documentation and its examples use.
pub fn claim(name: &Name) -> Claim {
    const STEMS: [&str; 8] =
        ["auth", "auth.config", "auth-config", "authconfig", "auth-options", "authoptions", "nextauth", "next-auth"];
    let code = matches!(name.ending(), "ts" | "tsx" | "js" | "mjs");
    let folder = || directory(name.path).rsplit('/').next().unwrap_or("");
    let named = || STEMS.contains(&name.stem()) || matches!(folder(), "auth" | "nextauth" | "[...nextauth]");
    Claim::by_content(code && named(), |_, bytes| {
        let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
        (has("NextAuth") || has("next-auth") || has("@auth/")).then_some("it sets Auth.js up")
    })
}
