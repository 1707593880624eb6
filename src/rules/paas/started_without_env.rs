//! `paas/started-without-env`

use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// A platform starts an image without the variables that it gets elsewhere.
    ///
    /// ## Why
    /// The same project starts this image with an env file, because the application needs what is in it. Here it gets nothing: it ends at
    /// once, or runs with defaults that are for developers.
    ///
    /// ## Examples
    /// ```markdown bad
    /// ~~~bash
    /// docker run -d --env-file .env.prod -p 127.0.0.1:5000:5000 shop:prod
    /// ~~~
    ///
    /// Or on Azure:
    ///
    /// ~~~bash
    /// az container create --resource-group web --name shop --image shop:prod --ports 5000
    /// #                                                            ^^^^^^^^^ paas/started-without-env
    /// # | `shop` gets no variable here, and elsewhere it is started with them
    /// # | help: give it what it needs: `--set-secrets` and `--set-env-vars` on Cloud Run,
    /// # | `--secure-environment-variables` on Azure
    /// # > az container create --resource-group web --name shop --image shop:prod --ports 5000 --secure-environment-variables KEY=$KEY
    /// ~~~
    /// ```
    /// ```markdown good
    /// ~~~bash
    /// docker run -d --env-file .env.prod -p 127.0.0.1:5000:5000 shop:prod
    /// gcloud run deploy shop --image gcr.io/p/shop --set-secrets KEY=key:latest
    /// gcloud run deploy other --image gcr.io/p/other
    /// ~~~
    /// ```
    "paas/started-without-env" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://cloud.google.com/run/docs/configuring/services/environment-variables"],
        check: Check::Commands(check),
    }
}

/// The name of an image without registry and tag.
fn bare(image: &str) -> &str {
    let name = base_name(image);
    name.split([':', '@']).next().unwrap_or(name)
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    for step in commands.steps.iter().filter(|step| !step.contained) {
        if !step.is("gcloud", &["run", "deploy"])
            && !step.is("az", &["container", "create"])
            && !step.is("az", &["containerapp", "create"])
        {
            continue;
        }
        let gives = |step: &Step| {
            step.arguments().iter().any(|word| word.value.contains("env") || word.value.contains("secret"))
        };
        let at = step.arguments().iter().position(|word| word.value == "--image");
        let Some(image) = at.and_then(|at| step.arguments().get(at + 1)).filter(|_| !gives(step)) else { continue };
        let given = |name: &str| matches!(name, "--env-file" | "--env");
        let elsewhere = ctx.project.left_running().find_map(|call| {
            let own = call.image.as_ref().filter(|own| bare(&own.value) == bare(&image.value))?;
            call.options.iter().any(|(name, _)| given(name)).then_some(own.span)
        });
        let composed = || {
            ctx.project.services().find_map(|service| {
                let own = service.image.set().filter(|own| bare(&own.value.name) == bare(&image.value))?;
                (!service.env_files.is_empty()).then_some(own.span)
            })
        };
        let Some(place) = elsewhere.or_else(composed) else { continue };
        sink.report(image.span, format!("`{}` gets no variable here, and elsewhere it is started with them", bare(&image.value)))
            .help("give it what it needs: `--set-secrets` and `--set-env-vars` on Cloud Run, `--secure-environment-variables` on Azure")
            .related(place, "here it gets them");
    }
}
