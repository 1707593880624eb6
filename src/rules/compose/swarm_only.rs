//! `compose/swarm-only`

use crate::model::compose::Composition;
use crate::rules::prelude::*;

rule! {
    /// Wishes to a Swarm, in files that Compose starts.
    ///
    /// ## Why
    /// Compose has one host and no updates in steps: it ignores `placement`, `update_config`, `rollback_config` and `endpoint_mode`.
    /// Who relies on an update without an interruption gets one.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop:1
    ///     deploy:
    ///       replicas: 2
    ///       update_config: {order: start-first}
    /// #     ^^^^^^^^^^^^^ compose/swarm-only
    /// # | Compose ignores `placement`, `update_config`, which only a Swarm reads
    /// # | help: remove it, or deploy the files with `docker stack deploy`
    /// # >
    ///       placement: {constraints: [node.role == manager]}
    /// # >
    /// ```
    /// ```shell both file=deploy.sh
    /// docker compose up -d
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     deploy: {replicas: 2, resources: {limits: {memory: 512m}}}
    /// ```
    ///
    /// ## What it does not report
    /// Files that no command starts with Compose, and projects that deploy a stack as well.
    "compose/swarm-only" {
        severity: Low, confidence: Certain, effect: Hygiene, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/deploy/"],
        check: Check::Compose(check),
    }
}

const IGNORED: [&str; 4] = ["endpoint_mode", "placement", "rollback_config", "update_config"];

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    // What a stack is made of may be made of these files.
    let swarm = context.project.in_swarm(compose) || context.project.has_stacks();
    if swarm {
        return sink.not_applicable();
    }
    let keys = compose.services.iter().flat_map(|service| &service.deploy);
    let lost: Vec<_> = keys.filter(|key| IGNORED.contains(&key.value.as_str())).collect();
    let Some(first) = lost.first() else { return };
    let Some(call) = compose.started_by else {
        return sink
            .unknown(first.span, "whether it is started with `docker compose` or `docker stack deploy` is not known");
    };
    let mut names: Vec<&str> = lost.iter().map(|key| key.value.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let message = format!("Compose ignores {}, which only a Swarm reads", phrase::named(names.iter().copied()));
    let finding = sink.report(first.span, message);
    finding.help("remove it, or deploy the files with `docker stack deploy`").related(call, "started here");
    for key in lost.iter().skip(1) {
        finding.related(key.span, "here as well");
    }
}
