//! JSON Web Tokens (RFC 7519), as far as anyone can read them: nothing is verified.

use serde_json::{Map, Value};

use super::base64;

/// What a token says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// Whether it has no signature (`alg` is `none`).
    pub unsigned: bool,
    /// When it ends, in seconds since 1970.
    pub expires: Option<i64>,
    /// When it starts, in seconds since 1970.
    pub starts: Option<i64>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// The role it gives, as Supabase and PostgREST say it.
    pub role: Option<String>,
}

impl Token {
    /// Reads a token; `None` for everything that is none. `Bearer` may stand before it.
    pub fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        let value = value.strip_prefix("Bearer ").unwrap_or(value);
        // `{"` in base64; other values are not taken apart.
        if !value.starts_with("eyJ") || value.len() > 1 << 14 {
            return None;
        }
        let mut parts = value.split('.');
        let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (header, payload) = (object(header)?, object(payload)?);
        let unsigned = header.get("alg")?.as_str()?.eq_ignore_ascii_case("none");
        base64::decode_value(signature).filter(|bytes| unsigned || !bytes.is_empty())?;
        // Fractions are allowed (RFC 7519, section 2).
        let moment = |claim| {
            let claim: &Value = payload.get(claim)?;
            claim.as_i64().or_else(|| claim.as_f64().map(|seconds| seconds as i64))
        };
        let text = |claim| payload.get(claim).and_then(Value::as_str).map(str::to_owned);
        Some(Token { unsigned, expires: moment("exp"), starts: moment("nbf"), issuer: text("iss"), role: text("role") })
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&base64::decode_value(part)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_say_what_they_are() {
        // {"alg":"HS256"} {"exp":1700000000} and {"alg":"none"} {"nbf":1700000000.5}
        let nothing = Token { unsigned: false, expires: None, starts: None, issuer: None, role: None };
        let signed = Token { expires: Some(1_700_000_000), ..nothing.clone() };
        assert_eq!(Token::parse("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.c2ln"), Some(signed.clone()));
        assert_eq!(Token::parse("Bearer eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.c2ln"), Some(signed));
        assert_eq!(
            Token::parse("eyJhbGciOiJub25lIn0.eyJuYmYiOjE3MDAwMDAwMDAuNX0."),
            Some(Token { unsigned: true, starts: Some(1_700_000_000), ..nothing })
        );
    }

    #[test]
    fn everything_else_is_no_token() {
        for value in [
            "",
            "eyJhbGciOiJIUzI1NiJ9",
            "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9",
            "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.",
            "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.c2ln.c2ln",
            "eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24.c2ln",
            "eyJ0eXAiOiJKV1QifQ.eyJleHAiOjE3MDAwMDAwMDB9.c2ln",
            "eyJhbGciOiJIUzI1NiJ9.W10.c2ln",
            "eyJ...your-token",
        ] {
            assert_eq!(Token::parse(value), None, "{value}");
        }
    }
}
