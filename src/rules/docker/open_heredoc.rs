//! `docker/open-heredoc`

use crate::model::image::{Dockerfile, Refused};
use crate::rules::prelude::*;

rule! {
    /// A here-document without an end.
    ///
    /// ## Why
    /// Everything below it, `USER` and `CMD` included, is taken for its text, and BuildKit stops at the end of the file.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// RUN <<EOF
    /// #   ^^^^^ docker/open-heredoc
    /// # | this here-document has no end, so the build stops here
    /// # | help: put the word alone on a line behind the last line of the text
    /// echo one
    /// # > echo one
    /// # > EOF
    /// USER 1000
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN <<EOF
    /// echo one
    /// EOF
    /// RUN echo $((1<<3)) "<<EOF"
    /// USER 1000
    /// ```
    "docker/open-heredoc" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#here-documents"],
        check: Check::Dockerfile(check),
    }
}

fn check(file: &Dockerfile, context: &Context, sink: &mut Sink) {
    for fault in context.project.refused(file, Refused::Open) {
        sink.fault(fault);
    }
}
