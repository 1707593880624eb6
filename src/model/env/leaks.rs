//! Values that are real secrets by all their looks: what must not stand in files that others get to see.

use super::{Credential, EnvVar};
use crate::secret::{self, Audience, Holds, Limits, Mode, Secret, Weakness};
use crate::source::Role;

/// A value that somebody drew or issued, and that nobody published.
#[derive(Clone, Debug)]
pub struct Leak<'a> {
    /// The secret.
    pub credential: Credential<'a>,
    /// What it is, for people: `a key of GitHub`, `a private key`.
    pub what: String,
    /// Whether it is for trying things out only: a key for the sandbox of its issuer, or `DEV_API_TOKEN`.
    pub test: bool,
}

impl<'a> EnvVar<'a> {
    /// The real secret in this variable, whatever its name, told by its format or by being random.
    pub fn leak(&self) -> Option<Leak<'a>> {
        let value = self.known()?;
        let text = value.as_str().trim();
        // Nothing shorter is random enough to tell, nothing longer is a key.
        if !(12..1 << 14).contains(&text.len()) || self.borrowed() || secret::is_documented(text) {
            return None;
        }
        let holds = self.holds.filter(|holds| *holds != Holds::Lesser);
        let whole = |holds: Option<Holds>| Credential::whole(*self, value, holds.unwrap_or(Holds::Issued));
        if let Some(what) = secret::private_key(text) {
            return Some(Leak { credential: whole(holds), what: what.to_owned(), test: false });
        }
        if let Some(key) = secret::issued(text) {
            let shared = secret::client_prefix(self.key.value).is_some() || holds.is_none();
            let secret = key.audience == Audience::Server || key.audience == Audience::Either && !shared;
            let what = format!("a key of {}", key.issuer);
            return secret.then(|| Leak { credential: whole(holds), what, test: key.mode == Some(Mode::Test) });
        }
        let mut drawn = self.credentials().into_iter().filter(|credential| self.is_drawn(credential));
        // What is issued for pages is in them: keys of maps, log-ins, counters.
        let for_pages =
            secret::client_prefix(self.key.value).is_some() && holds.is_none_or(|holds| holds == Holds::Issued);
        let credential = drawn.next().filter(|_| !for_pages)?;
        let of_stage = |word: &str| matches!(Role::parse(word), Some(Role::Development | Role::Test));
        let test = self.key.value.split('_').any(of_stage);
        Some(Leak { credential, what: "a random value".to_owned(), test })
    }

    /// Whether a secret was drawn at random, as far as one can tell.
    fn is_drawn(&self, credential: &Credential) -> bool {
        let value = credential.value;
        let name = if credential.in_url { "" } else { self.key.value };
        let uuid = value.len() == 36 && value.bytes().filter(|b| *b == b'-').count() == 4;
        let fine = match Secret::new(credential.holds, name, value).weakness(&Limits::default()) {
            None => !secret::is_no_secret(value),
            Some(Weakness::Short { strong, .. }) => strong,
            Some(_) => false,
        };
        // A sentence in base64 is a sentence.
        let text = |bytes: Vec<u8>| {
            let shown = bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
            shown && String::from_utf8(bytes).is_ok_and(|text| !secret::is_random(&text))
        };
        let says = || secret::base64::decode_value(value).is_some_and(text);
        credential.holds != Holds::Lesser && !uuid && fine && secret::is_random(value) && !says()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::env;

    fn whats(text: &str) -> Vec<String> {
        let (env, _) = env(text);
        env.vars().filter_map(|var| Some(format!("{} {}", var.key.value, var.leak()?.what))).collect()
    }

    #[test]
    fn real_secrets() {
        let found = whats(
            "GH=ghp_16C7e42F292c6912E7710c838347Ae178B4a\nJWT_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18\n\
            GEMINI_API_KEY=AIzaSy8fK2mQ9vLx71aBcDxR4tYpW3nZs6gH2Qd\nURL=redis://:q8Zr9PlmT2fvXc91kd03Bfw@h\n\
            APP_SECRET=c2hvcC1zZWNyZXQta2V5LWZvci1qd3QtdG9rZW4tZ2VuZXJhdGlvbg==\n\
            AUTH_SECRET=ShopSecretKeyForTokenGenerationInProduction2026\n",
        );
        let expected =
            ["GH a key of GitHub", "JWT_SECRET a random value", "GEMINI_API_KEY a key of Google", "URL a random value"];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_everybody_may_know() {
        for text in [
            "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
            "STRIPE_SECRET_KEY=sk_test_4eC39HqLyjWDarjtT1zdp7dc",
            "JWT_SECRET=0000000000000000000000000000000000000000000000000000000000000000",
            "SECRET_KEY=your-super-secret-key-change-this-2024",
            "STRIPE_KEY=pk_live_51H8fK2mQ9vLx71aBcDxR4tY",
            "NEXT_PUBLIC_FIREBASE_API_KEY=AIzaSy8fK2mQ9vLx71aBcDxR4tYpW3nZs6gH2Qd",
            "GIT_COMMIT=f3a9c1d27b60e84512aa90bc7d3e5f18",
            "PRIVATE_KEY=0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
            "AZURE_SECRET_KEY=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
            "API_TOKEN=6fa459ea-ee8a-3ca4-894e-db77e160355e",
            "DB_PASSWORD=${OTHER}",
        ] {
            assert!(whats(&format!("{text}\n")).is_empty(), "{text}");
        }
    }
}
