//! `paas/port-not-reached`

use crate::model::image::Dockerfile;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::source::directory;

rule! {
    /// A platform sends requests to another port than the image listens on.
    ///
    /// ## Why
    /// Cloud Run sends requests to port 8080 unless it is told otherwise, and takes a container that does not listen there for one that has
    /// not started: the deployment fails. Azure opens the port that it is told.
    ///
    /// ## Examples
    /// ```markdown bad
    /// ~~~bash
    /// gcloud run deploy shop --image gcr.io/PROJECT/shop --region europe-west3
    /// ^^^^^^^^^^^^^^^^^ paas/port-not-reached
    /// | Cloud Run sends requests to port 8080, and the image listens on 5000
    /// | help: add `--port 5000` (`--ports` on Azure), or let the program read `$PORT`
    /// # > gcloud run deploy shop --image gcr.io/PROJECT/shop --region europe-west3 --port 5000
    /// ~~~
    /// ```
    /// ```dockerfile both
    /// FROM python:3.13-slim
    /// RUN useradd shop
    /// USER shop
    /// CMD ["gunicorn", "--bind", "0.0.0.0:5000", "shop:app"]
    /// ```
    /// ```markdown good
    /// ~~~bash
    /// gcloud run deploy shop --image gcr.io/PROJECT/shop --port 5000
    /// az container create --name shop --image shop:1 --ports 5000
    /// ~~~
    /// ```
    /// ### The image of another folder
    /// ```sh good file=deploy/deploy.sh
    /// #!/bin/bash
    /// ROOT="$(dirname "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)")"
    /// cd "$ROOT/pages"
    /// gcloud run deploy pages --source . --port 3000
    /// ```
    /// ```dockerfile good file=pages/Dockerfile
    /// FROM node:24-slim
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile good file=api/Dockerfile
    /// FROM python:3.13-slim
    /// RUN useradd shop
    /// USER shop
    /// CMD ["uvicorn", "shop:app", "--host", "0.0.0.0", "--port", "8080"]
    /// ```
    "paas/port-not-reached" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://cloud.google.com/run/docs/container-contract#port"],
        check: Check::Commands(check),
    }
}

/// The port a command says that requests go to, and the one without an option.
fn wanted(step: &Step) -> Option<(&'static str, u16)> {
    let option = |name: &str| {
        let inline = step.arguments().iter().find_map(|word| word.value.strip_prefix(name)?.strip_prefix('='));
        let at = step.arguments().iter().position(|word| word.value == name);
        inline.or_else(|| Some(step.arguments().get(at? + 1)?.value.as_str()))
    };
    let port = |name: &str| option(name).map(|text| text.parse::<u16>().ok());
    if step.is("gcloud", &["run", "deploy"]) {
        return Some(("Cloud Run", port("--port").unwrap_or(Some(8080))?));
    }
    if step.is("az", &["container", "create"]) {
        return Some(("Azure", port("--ports").unwrap_or(Some(80))?));
    }
    if step.is("az", &["containerapp", "create"]) || step.is("az", &["containerapp", "up"]) {
        return Some(("Azure", port("--target-port")??));
    }
    None
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    for step in commands.steps.iter().filter(|step| !step.contained) {
        let Some((platform, wanted)) = wanted(step) else { continue };
        // Terraform has made the service, with a port that a new image keeps.
        if ctx.project.files().files().any(|path| path.ends_with(".tf")) {
            sink.unknown(step.span, "Terraform makes this service, and may say its port");
            continue;
        }
        // The image of the folder it is called in; else one, or several that agree: which one is meant is not said.
        let here = |file: &&Dockerfile| step.place.directory.as_deref() == Some(directory(&file.path));
        let all = &ctx.project.dockerfiles;
        // What is built of the sources as they lie is the one beside them.
        let own = all.iter().find(|file| step.has("--source") && file.path == "Dockerfile");
        let meant: Vec<&Dockerfile> = match (own, all.iter().any(|file| here(&file))) {
            (_, true) => all.iter().filter(here).collect(),
            (Some(own), false) => vec![own],
            (None, false) => all.iter().collect(),
        };
        let ports: Vec<(u16, Span)> = meant.iter().filter_map(|file| ctx.project.port_of_image(file)).collect();
        let Some(&(first, line)) = ports.first() else { continue };
        if first == wanted || ports.len() < meant.len() || ports.iter().any(|(port, _)| *port != first) {
            continue;
        }
        let (Some(head), Some(last)) = (step.argv().first(), step.argv().get(2)) else { continue };
        let finding = sink.report(
            head.span.to(last.span),
            format!("{platform} sends requests to port {wanted}, and the image listens on {first}"),
        );
        if commands.is_read_along() {
            finding.severity(Medium);
        }
        finding
            .help(format!("add `--port {first}` (`--ports` on Azure), or let the program read `$PORT`"))
            .related(line, "it listens where this says");
    }
}
