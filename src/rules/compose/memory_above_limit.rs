//! `compose/memory-above-limit`

use crate::model::compose::{Service, bytes};
use crate::rules::prelude::*;

rule! {
    /// A program is allowed more memory than its container.
    ///
    /// ## Why
    /// The program believes it may grow to the size it is told, and the kernel ends it at the limit of the container: exit code 137,
    /// in the middle of whatever it was doing. It never comes to tidy up by itself first.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   cache:
    ///     image: redis:7.4
    ///     command: redis-server --maxmemory 2gb --maxmemory-policy allkeys-lru
    /// # >     command: redis-server --maxmemory 200mb --maxmemory-policy allkeys-lru
    ///     mem_limit: 256m
    /// #              ^^^^ compose/memory-above-limit
    /// # | service `cache` may use 256m, and its program is told it may use 2gb (`--maxmemory`): the kernel kills it on
    /// # | the way there
    /// # | help: raise the limit, or lower `--maxmemory` well below it
    ///   web:
    ///     image: shop:1
    ///     environment: {NODE_OPTIONS: --max-old-space-size=4096}
    /// # >     environment: {NODE_OPTIONS: --max-old-space-size=384}
    ///     mem_limit: 512m
    /// #              ^^^^ compose/memory-above-limit
    /// # | service `web` may use 512m, and its program is told it may use 4096 MB (`--max-old-space-size`): the kernel
    /// # | kills it on the way there
    /// # | help: raise the limit, or lower `--max-old-space-size` well below it
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     command: postgres -c shared_buffers=128MB
    ///     environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}
    ///     mem_limit: 512m
    ///     volumes: ["data:/var/lib/postgresql/data"]
    ///   search:
    ///     image: opensearchproject/opensearch:2
    ///     environment: {OPENSEARCH_JAVA_OPTS: -Xms512m -Xmx512m}
    ///     mem_limit: 1g
    /// volumes:
    ///   data:
    /// ```
    ///
    /// ## What it does not report
    /// Sizes that depend on variables, percentages, and limits that are just large enough.
    "compose/memory-above-limit" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.docker.com/engine/containers/resource_constraints/"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, ctx: &Context, sink: &mut Sink) {
    let Some(limit) = service.memory_limit.set() else { return sink.not_applicable() };
    let Some(most) = bytes(&limit.value).filter(|most| *most > 0.0) else { return };
    let process = ctx.project.process(service);
    let words = process.as_ref().and_then(|process| process.words()).unwrap_or_default();
    let given = service.environment.iter().filter_map(|(key, value)| Some((key.value.as_str(), value.set()?)));
    let texts = given
        .filter(|(key, _)| key.ends_with("OPTIONS") || key.ends_with("OPTS"))
        .map(|(_, value)| value.value.as_str());
    let texts: Vec<&str> = texts.chain(words.iter().map(String::as_str)).collect();
    let parts: Vec<&str> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
    let Some((option, told)) =
        told(&parts).filter(|(option, told)| size(option, told).is_some_and(|size| size >= most))
    else {
        return;
    };
    let people = if told.ends_with(|c: char| c.is_ascii_digit()) { format!("{told} MB") } else { told.to_owned() };
    let message = format!(
        "{} may use {}, and its program is told it may use {people} (`{option}`): the kernel kills it on the way there",
        service.title(),
        limit.value
    );
    let finding = sink.report(limit.span, message);
    finding.help(format!("raise the limit, or lower `{option}` well below it"));
    // What the program needs beside it is missing, and a cache seldom gets there.
    if size(option, told) == Some(most) {
        finding.severity(Low);
    }
}

/// The option that tells a program how much it may use, and what it says.
fn told<'a>(parts: &[&'a str]) -> Option<(&'static str, &'a str)> {
    const JOINED: [(&str, &str); 4] = [
        ("--max-old-space-size=", "--max-old-space-size"),
        ("--max_old_space_size=", "--max-old-space-size"),
        ("-Xmx", "-Xmx"),
        ("shared_buffers=", "shared_buffers"),
    ];
    let joined = parts.iter().find_map(|part| {
        let (start, option) = JOINED.iter().find(|(start, _)| part.starts_with(start))?;
        Some((*option, part.strip_prefix(start)?))
    });
    let apart = || parts.windows(2).find(|two| two[0] == "--maxmemory").map(|two| ("--maxmemory", two[1]));
    joined.or_else(apart)
}

/// Bytes. V8 counts in MB; what the others mean by a mere number is too rare to be asked for.
fn size(option: &str, told: &str) -> Option<f64> {
    let bare = told.bytes().all(|b| b.is_ascii_digit());
    match option {
        "--max-old-space-size" => told.parse::<f64>().ok().map(|mega| mega * 1_048_576.0),
        _ if bare => None,
        _ => bytes(told),
    }
}
