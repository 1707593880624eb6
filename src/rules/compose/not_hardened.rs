//! `compose/not-hardened`

use crate::model::compose::{Composition, MountKind, Service};
use crate::rules::prelude::*;
use crate::rules::{Edit, Fix, Safety};

rule! {
    /// Containers that could hold an attacker back, and do not.
    ///
    /// ## Why
    /// A program that is taken over can do what its container can. Without `no-new-privileges` it becomes root through any setuid
    /// file, without `cap_drop` it keeps rights it never uses, on a writable root it leaves itself behind. Each line closes one way.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    /// # ^^^ compose/not-hardened
    /// # | services could be closed further: no `no-new-privileges` in 1 of 2, no `cap_drop` in 1 of 2 and a writable
    /// # | root in 1 of 2
    /// # | help: add to each: `security_opt: ["no-new-privileges:true"]`; where the program allows it, `cap_drop:
    /// # | [ALL]` and `read_only: true`
    ///     image: shop:1
    /// # >     image: shop:1
    /// # >     security_opt: ["no-new-privileges:true"]
    /// # >     cap_drop: [ALL]
    ///     read_only: true
    ///   api:
    ///     image: shop:1
    ///     security_opt: ["no-new-privileges:true"]
    ///     cap_drop: [ALL]
    /// # >     cap_drop: [ALL]
    /// # >     read_only: true
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     read_only: true
    ///     security_opt: ["no-new-privileges:true"]
    ///     cap_drop: [ALL]
    ///   agent:
    ///     image: shop:1
    ///     privileged: true
    /// ```
    ///
    /// ### One line for each
    /// ```compose bad
    /// services:
    ///   web: # the shop
    /// # ^^^ compose/not-hardened
    /// # | services could be closed further: no `no-new-privileges` in 2 of 2 and a writable root in 2 of 2
    /// # | help: add to each: `security_opt: ["no-new-privileges:true"]`; where the program allows it, `cap_drop:
    /// # | [ALL]` and `read_only: true`
    ///     # pinned
    ///     image: shop:1
    ///     cap_drop: [ALL]
    ///   api:
    ///     image: shop:1
    ///     cap_drop: [ALL]
    /// ```
    /// ```compose fixed
    /// services:
    ///   web: # the shop
    ///     # pinned
    ///     security_opt: ["no-new-privileges:true"]
    ///     image: shop:1
    ///     cap_drop: [ALL]
    ///   api:
    ///     security_opt: ["no-new-privileges:true"]
    ///     image: shop:1
    ///     cap_drop: [ALL]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop:1
    ///     security_opt: ["no-new-privileges:true"]
    ///     cap_drop: [ALL]
    /// ```
    ///
    /// ## What it does not report
    /// Services that are privileged, or get the engine's socket: other findings say what matters there.
    "compose/not-hardened" {
        severity: Low, confidence: Certain, effect: Weakens, audience: Strict, since: "0.1.0",
        refs: &["https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html"],
        check: Check::Compose(check),
    }
}

fn check(compose: &Composition, context: &Context, sink: &mut Sink) {
    let reaches_host = |service: &Service| {
        let socket = |path: &String| path.ends_with(".sock");
        service.privileged.get() == Some(&true)
            || service.mounts.iter().any(|m| m.kind == MountKind::Bind && m.source.get().is_some_and(socket))
    };
    let judged = || {
        let services = compose.services.iter().filter(|service| !compose.is_one_shot(service) && !service.provider);
        services.filter(|service| service.gap.is_none() && !reaches_host(service))
    };
    let lacks = |has: fn(&Service) -> bool| judged().filter(|service| !has(service)).collect::<Vec<_>>();
    let gains = lacks(|service| {
        service.security_opt.iter().any(|own| {
            matches!(own.value.as_str(), "no-new-privileges" | "no-new-privileges:true" | "no-new-privileges=true")
        })
    });
    let rights = lacks(|service| !service.cap_drop.is_empty());
    let writable = lacks(|service| service.read_only.get() == Some(&true));
    // A writable root alone is what most programs need.
    let first = judged().find(|own| gains.iter().chain(&rights).any(|other| other.id == own.id));
    let Some(first) = first else { return };
    let all = judged().count();
    let count =
        |what: &str, bare: &[&Service]| (!bare.is_empty()).then(|| format!("{what} in {} of {all}", bare.len()));
    let parts: Vec<String> =
        [count("no `no-new-privileges`", &gains), count("no `cap_drop`", &rights), count("a writable root", &writable)]
            .into_iter()
            .flatten()
            .collect();
    let finding = sink.report(first.name.span, format!("services could be closed further: {}", phrase::all(&parts)));
    let edits: Option<Vec<Edit>> = gains.iter().map(|service| no_new_privileges(service, context)).collect();
    if let Some(edits) = edits.filter(|edits| !edits.is_empty()) {
        let title = "add `no-new-privileges` to each service";
        finding.fix(Fix { title: title.to_owned(), safety: Safety::Unsafe, edits });
    }
    finding.help("add to each: `security_opt: [\"no-new-privileges:true\"]`; where the program allows it, `cap_drop: [ALL]` and `read_only: true`");
}

/// The line that keeps the programs of a service from gaining rights, above its first key; none where one is there that says
/// something else.
fn no_new_privileges(service: &Service, context: &Context) -> Option<Edit> {
    let file = service.name.span.file;
    let tree = context.project.compose_tree(file)?;
    let own = tree.root()?.at(&["services", &service.name.value])?;
    if !service.security_opt.is_empty() || own.is_alias() || context.quote(own.span()).starts_with('{') {
        return None;
    }
    let source = context.project.source(file);
    let first = own.written_entries().next()?.key.span();
    let start = source.line(source.lines().line(first.start)).start;
    let indent = source.shown_in(start..first.range().start);
    let text = format!("{indent}security_opt: [\"no-new-privileges:true\"]\n");
    indent.trim().is_empty().then(|| Edit { span: Span::new(file, start, start), text })
}
