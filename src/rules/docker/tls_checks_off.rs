//! `docker/tls-checks-off`

use crate::project::Shipped;
use crate::rules::prelude::*;

rule! {
    /// A build step downloads without checking whom it talks to.
    ///
    /// ## Why
    /// Whoever sits between the build machine and the server puts what he likes into the image, and it runs in production.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// RUN curl -k https://example.com/tool.tgz | tar xz
    /// #        ^^ docker/tls-checks-off
    /// # | `curl` is told not to check whom it talks to: anybody on the way can change what it brings
    /// # | help: remove it; if a private authority signs the server, copy its certificate into the image first
    /// # > RUN curl https://example.com/tool.tgz | tar xz
    /// RUN pip install --trusted-host pypi.org flask && npm config set strict-ssl false
    /// #               ^^^^^^^^^^^^^^ docker/tls-checks-off
    /// #                                                               ^^^^^^^^^^ docker/tls-checks-off
    /// # > RUN pip install flask
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN curl -fsSLo /tmp/k https://example.com/tool.tgz && tar -k -xzf /tmp/k
    /// RUN pip install flask
    /// ```
    ///
    /// ## What it does not report
    /// Health checks and requests to the build machine itself. `ENV` lines: `env/insecure-switch` reads those.
    "docker/tls-checks-off" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/295.html"],
        check: Check::Image(check),
    }
}

/// Programs, and the words that switch their checks off: an option as a whole, one letter among others (`-k` in `-fsSk`),
/// or two words in a row. From their manual pages.
const SWITCHES: [(&[&str], &[&str]); 11] = [
    (&["curl"], &["-k", "--insecure", "--proxy-insecure"]),
    (&["wget"], &["--no-check-certificate"]),
    (&["git"], &["http.sslVerify=false", "http.sslverify=false", "http.sslVerify false", "http.sslverify false"]),
    (&["pip", "pip3", "python", "python3", "uv"], &["--trusted-host", "--allow-insecure-host"]),
    (&["npm", "yarn", "pnpm"], &["strict-ssl false", "strict-ssl=false", "--strict-ssl=false"]),
    (&["apk"], &["--allow-untrusted"]),
    (&["apt-get", "apt"], &["--allow-unauthenticated", "--force-yes", "Acquire::https::Verify-Peer=false"]),
    (&["yum", "dnf", "microdnf"], &["--nogpgcheck", "--setopt=sslverify=false"]),
    (&["composer"], &["disable-tls true"]),
    (&["gem"], &[":ssl_verify_mode: 0"]),
    (&["conda"], &["ssl_verify false", "ssl_verify False"]),
];

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    for run in image.built().into_iter().flat_map(|(_, stage)| stage.runs()) {
        for command in &run.commands {
            let Some(program) = command.first() else { continue };
            let name = program.value.rsplit('/').next().unwrap_or("");
            let Some((_, switches)) = SWITCHES.iter().find(|(programs, _)| programs.contains(&name)) else { continue };
            // A package from a file that the build brought itself has no signature to check.
            if command.iter().any(|word| ["localhost", "127.0.0.1"].iter().any(|own| word.value.contains(own)))
                || command.iter().any(|word| word.value == "--allow-untrusted")
                    && command.iter().skip(1).all(|word| !word.value.starts_with("http") && !word.value.contains("-X"))
            {
                continue;
            }
            let found = command.iter().enumerate().skip(1).find(|(at, word)| {
                let pair = command.get(at + 1).map(|next| format!("{} {}", word.value, next.value));
                switches.iter().any(|switch| {
                    word.value == *switch || pair.as_deref() == Some(switch) || in_bundle(&word.value, switch)
                })
            });
            if let Some((_, word)) = found {
                let message = format!(
                    "`{name}` is told not to check whom it talks to: anybody on the way can change what it brings"
                );
                sink.report(word.span, message).help(
                    "remove it; if a private authority signs the server, copy its certificate into the image first",
                );
            }
        }
    }
}

/// Whether an option of one letter stands among others behind one dash.
fn in_bundle(word: &str, switch: &str) -> bool {
    let (Some(letters), Some(letter)) = (word.strip_prefix('-'), switch.strip_prefix('-')) else { return false };
    letter.len() == 1
        && letters.len() > 1
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
        && letters.contains(letter)
}
