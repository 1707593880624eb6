//! `docker/operator-in-exec-form`

use crate::model::image::CommandLine;
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::operator_as_word;

rule! {
    /// A word such as `&&` in a list that no shell reads.
    ///
    /// ## Why
    /// `CMD ["python", "migrate.py", "&&", "gunicorn"]` starts `python` and gives it all the rest as words. Nothing is joined,
    /// redirected or put into the background, and what stands behind `&&` never starts.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY . .
    /// USER 1000
    /// CMD ["python", "migrate.py", "&&", "python", "-m", "shop"]
    /// #                            ^^^^ docker/operator-in-exec-form
    /// # | no shell reads this list: `&&` is one more word for `python`, and what stands behind it never starts
    /// # | help: write `CMD ["sh", "-c", "..."]` with all of it in one text
    /// # > CMD ["sh", "-c", "python migrate.py && python -m shop"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY . .
    /// USER 1000
    /// CMD python migrate.py && exec python -m shop
    /// ```
    "docker/operator-in-exec-form" {
        severity: High, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#exec-form"],
        check: Check::Image(check),
    }
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    let built = image.image();
    let command = built.command().filter(|_| built.entrypoint().is_none());
    for line in [built.entrypoint(), command].into_iter().flatten() {
        let CommandLine::Exec(words, _) = line else { continue };
        let texts: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let Some(at) = operator_as_word(&texts) else { continue };
        let (Some(word), Some(first)) = (words.get(at), texts.first()) else { continue };
        let message = format!(
            "no shell reads this list: `{}` is one more word for `{first}`, and what stands behind it never starts",
            word.value
        );
        sink.report(word.span, message).help("write `CMD [\"sh\", \"-c\", \"...\"]` with all of it in one text");
    }
}
