//! `docker/unknown-instruction`

use crate::model::image::{Dockerfile, Refused};
use crate::rules::prelude::*;

rule! {
    /// A word that is no Dockerfile instruction.
    ///
    /// ## Why
    /// BuildKit stops at it: no image is built, and the server goes on with the old one, or with none.
    ///
    /// ## Examples
    /// ```dockerfile bad expect=docker/unknown-instruction@2:1
    /// | this is not a Dockerfile instruction, so the build stops here
    /// | help: write `RUN`
    /// FROM python:3.13-slim
    /// RUNN pip install flask
    /// # > RUN pip install flask
    /// ```
    /// ```dockerfile bad file=docker/Dockerfile
    /// FROM python:3.13-slim
    /// RUN apt-get update &&
    /// # > RUN apt-get update && \
    ///   apt-get install -y curl
    /// # ^^^^^^^ docker/unknown-instruction
    /// ```
    /// ```dockerfile bad expect=docker/unknown-instruction@1:1
    /// | a merge conflict: both sides stand here, so the build stops
    /// | help: keep the lines of one side, and remove these marks and the others
    /// <<<<<<< HEAD
    /// # >
    /// FROM python:3.13-slim
    /// =======
    /// # >
    /// FROM python:3.12-slim
    /// # >
    /// >>>>>>> main
    /// # >
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// run pip install flask
    /// RUN apt-get update && \
    ///
    ///   # a comment and an empty line change nothing
    ///   apt-get install -y curl
    /// ONBUILD RUN echo
    /// ```
    ///
    /// ## What it does not report
    /// Templates, files for other builders than BuildKit, and what follows the first unknown word: it is often a part of it.
    "docker/unknown-instruction" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/dockerfile/#format"],
        check: Check::Dockerfile(check),
    }
}

fn check(file: &Dockerfile, context: &Context, sink: &mut Sink) {
    for fault in context.project.refused(file, Refused::Unknown) {
        sink.fault(fault);
    }
}
