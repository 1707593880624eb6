//! `docker/quotes-in-exec-form`

use crate::model::image::CommandLine;
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell;

rule! {
    /// Quotes inside a word of the exec form.
    ///
    /// ## Why
    /// No shell reads the exec form, so nobody takes the quotes away: the program gets `'*'` with its quotes, not `*`.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// CMD ["uvicorn", "shop:app", "--forwarded-allow-ips='*'"]
    /// #                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker/quotes-in-exec-form
    /// # | the quotes in this word reach the program: no shell takes them away in the exec form
    /// # | help: leave the inner quotes out
    /// # > CMD ["uvicorn", "shop:app", "--forwarded-allow-ips=*"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// ENTRYPOINT ["sh", "-c", "exec uvicorn shop:app --forwarded-allow-ips='*'"]
    /// CMD ["python", "-c", "print('a')"]
    /// ```
    "docker/quotes-in-exec-form" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#exec-form"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    let built = image.image();
    for line in [built.entrypoint(), built.command()].into_iter().flatten() {
        let CommandLine::Exec(words, _) = line else { continue };
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        // A script of a shell or of an interpreter is read once more.
        if shell::script(&texts).is_some() || texts.iter().any(|word| matches!(*word, "-c" | "-e" | "--eval")) {
            continue;
        }
        let quoted = words.iter().find(|word| {
            let value = word.value.split_once('=').map_or(word.as_str(), |(_, value)| value);
            value.len() > 2 && ['\'', '"'].iter().any(|quote| value.starts_with(*quote) && value.ends_with(*quote))
        });
        if let Some(word) = quoted {
            let message = "the quotes in this word reach the program: no shell takes them away in the exec form";
            sink.report(word.span, message).help("leave the inner quotes out");
        }
    }
}
