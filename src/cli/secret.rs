//! `gonogo secret`

use clap::ValueEnum;
use ring::rand::{SecureRandom, SystemRandom};

use super::output::{Failure, print};

/// Prints a secret that nobody can guess, from the random numbers of the operating system.
///
/// Without options it is 64 hexadecimal digits (32 bytes), which fits passwords, signing keys and most frameworks.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// How many characters to print (not bytes), for hex, base64 and django [default: 64, 44 or 50].
    #[arg(long, value_name = "N")]
    length: Option<usize>,
    /// What it is for.
    #[arg(long, value_enum, default_value = "hex")]
    format: Format,
}

const EXAMPLES: &str = "Examples:
  gonogo secret                                             a password or signing key
  gonogo secret --length 128                                SECRET_KEY_BASE of Rails
  gonogo secret --format django                             SECRET_KEY of Django
  gonogo secret --format laravel                            APP_KEY of Laravel
  echo \"FERNET_KEY=$(gonogo secret --format fernet)\" >> .env";

#[derive(Copy, Clone, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Hexadecimal digits, four bits each; an even number of them.
    Hex,
    /// Letters, digits, `+` and `/`, six bits each; a multiple of four, so that it needs no padding.
    Base64,
    /// Letters, digits and signs that every reader of env files takes as they are: without `$`, `#` and quotes.
    Django,
    /// `base64:` and 32 bytes.
    Laravel,
    /// 32 bytes in URL-safe base64, with padding.
    Fernet,
}

const HEX: &[u8] = b"0123456789abcdef";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DJANGO: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+@^";

/// More is no stronger, only longer.
const LONGEST: usize = 1024;

pub fn run(args: &Args) -> Result<u8, Failure> {
    let secret = match args.format {
        Format::Hex => drawn(HEX, length(args, 64, 32, 2)?)?,
        Format::Base64 => drawn(BASE64, length(args, 44, 24, 4)?)?,
        Format::Django => drawn(DJANGO, length(args, 50, 50, 1)?)?,
        Format::Laravel => fixed(args, "laravel").and_then(|()| Ok(format!("base64:{}", key(BASE64)?)))?,
        Format::Fernet => fixed(args, "fernet").and_then(|()| key(BASE64_URL))?,
    };
    print(&format!("{secret}\n"))?;
    Ok(0)
}

/// The wanted number of characters, if it is safe and can be had.
fn length(args: &Args, default: usize, least: usize, step: usize) -> Result<usize, Failure> {
    match args.length.unwrap_or(default) {
        length if length < least => {
            Err(format!("{length} characters are too few to be safe; {least} are the least here").into())
        }
        length if length > LONGEST => {
            Err(format!("{length} characters are more than the {LONGEST} this prints").into())
        }
        length if !length.is_multiple_of(step) => {
            let (below, above) = (length - length % step, length - length % step + step);
            Err(format!("{length} characters are not whole bytes; ask for {} or {above}", below.max(least)).into())
        }
        length => Ok(length),
    }
}

fn fixed(args: &Args, format: &str) -> Result<(), Failure> {
    match args.length {
        Some(_) => Err(format!("`--length` does not go with `--format {format}`, whose length is fixed").into()),
        None => Ok(()),
    }
}

/// 32 random bytes in base64: 43 characters, the last with two bits unused, and the padding.
fn key(alphabet: &'static [u8]) -> Result<String, Failure> {
    let every_fourth: Vec<u8> = alphabet.iter().copied().step_by(4).collect();
    Ok(drawn(alphabet, 42)? + &drawn(&every_fourth, 1)? + "=")
}

/// Characters drawn from an alphabet of at most 256, each as likely as the other: numbers beyond the last whole multiple of
/// its size are drawn again.
fn drawn(alphabet: &[u8], length: usize) -> Result<String, Failure> {
    let random = SystemRandom::new();
    let fair = 256 / alphabet.len() * alphabet.len();
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        random.fill(&mut bytes).map_err(|_| "the operating system gives no random numbers")?;
        let usable = bytes.iter().map(|&byte| usize::from(byte)).filter(|&byte| byte < fair);
        text.extend(usable.take(length - text.len()).map(|byte| char::from(alphabet[byte % alphabet.len()])));
    }
    Ok(text)
}
