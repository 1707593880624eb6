//! `docker/copies-too-much`

use crate::model::image::{Copy, CopyFrom, Step};
use crate::model::tls::PemFile;
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::source::{Presence, below, join};

rule! {
    /// The image takes keys, dumps or the history along.
    ///
    /// ## Why
    /// `COPY . /app` copies everything that `.dockerignore` does not leave out. Whoever can pull the image can read it: private keys, a
    /// dump of the database, every version of every file that ever was in `.git`.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// COPY . /app
    /// #    ^ docker/copies-too-much
    /// # | `deploy/id_ed25519`, a private key, is copied into the image, where everyone who can pull it can read it
    /// # | help: add the line `**/id_ed25519` to `.dockerignore`
    /// ```
    /// ```text both file=deploy/id_ed25519
    /// ```
    /// ```text both file=backup/shop.dump
    /// ```
    /// ```ignore fixed file=.dockerignore
    /// **/id_ed25519
    /// backup
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// COPY . /app
    /// ```
    /// ```ignore good file=.dockerignore
    /// **/id_*
    /// backup
    /// .git
    /// ```
    ///
    /// ### A key by what is in the file
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// COPY . /app
    /// #    ^ docker/copies-too-much
    /// # | `certs/privkey.pem`, a private key, is copied into the image, where everyone who can pull it can read it
    /// # | help: add the line `**/privkey.pem` to `.dockerignore`
    /// ```
    /// ```pem both file=certs/privkey.pem
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// COPY . /app
    /// ```
    /// ```ignore good file=.dockerignore
    /// certs
    /// ```
    ///
    /// ## What it does not report
    /// Env files: `project/image-copies-env` looks into those. Stages that do not ship, and what belongs to tests.
    "docker/copies-too-much" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://docs.docker.com/build/concepts/context/#dockerignore-files"],
        check: Check::Image(check),
    }
}

/// Names of files that nobody else should have: keys of people and servers.
const KEYS: [&str; 4] = ["id_rsa", "id_ed25519", "id_ecdsa", ".netrc"];
const KEY_ENDINGS: [&str; 5] = [".key", ".p12", ".pfx", ".jks", ".ppk"];
const DUMP_ENDINGS: [&str; 5] = [".dump", ".sql.gz", ".sqlite3", ".bak.sql", ".rdb"];

fn check(image: &Shipped, context: &Context, sink: &mut Sink) {
    let project = context.project;
    let folder = image.contexts.first().map_or("", String::as_str);
    let ignore = project.dockerignore(&image.file.path, folder);
    let sent = |path: &str| !ignore.is_some_and(|list| project.look(list.len()) && list.leaves_out(path));
    let copies = image.image().chain().into_iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
    let all = |copy: &&Copy| copy.from == CopyFrom::Context;
    let Some((word, _)) = copies.filter(all).find_map(|copy| copy.taken().find(|(_, path)| path.is_empty())) else {
        return sink.not_applicable();
    };
    let inside =
        |path: &&str| below(path, folder).is_some_and(|inner| project.look(1) && !inner.is_empty() && sent(inner));
    let harmless = |path: &str| project.pem.iter().any(|pem| pem.path == path && project.guards_nothing(pem));
    let named = |ends: &[&str], names: &[&str]| {
        let fits = |path: &&str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let fits = ends.iter().any(|end| name.ends_with(end)) || names.contains(&name);
            let blank = || project.is_blank(path);
            fits && !project.git().is_fixture(path) && !harmless(path) && !blank()
        };
        project.files().files().filter(fits).filter(inside).min()
    };
    // A name says little of a `.pem`, its blocks say it.
    let held = || {
        let own = |pem: &&PemFile| pem.keys.iter().any(|key| !key.is_encrypted()) && !project.guards_nothing(pem);
        let paths = project.pem.iter().filter(own).map(|pem| pem.path.as_str());
        paths.filter(|path| !project.git().is_fixture(path)).filter(inside).min()
    };
    // That it may be there is only so where the checkout begins.
    let has_history = match project.files().presence(&join(folder, ".git/HEAD")) {
        Presence::Unknown => folder.is_empty(),
        presence => presence != Presence::Missing,
    };
    let list = if folder.is_empty() { ".dockerignore".to_owned() } else { format!("{folder}/.dockerignore") };
    let (what, severity, line) = if let Some(key) = named(&KEY_ENDINGS, &KEYS).or_else(held) {
        (format!("`{key}`, a private key,"), High, key.rsplit('/').next().unwrap_or(key).to_owned())
    } else if let Some(dump) = named(&DUMP_ENDINGS, &[]) {
        let what = if dump.ends_with(".sqlite3") { "database" } else { "dump" };
        (format!("`{dump}`, a {what},"), Medium, dump.rsplit('/').next().unwrap_or(dump).to_owned())
    } else if has_history && sent(".git/HEAD") {
        ("the history in `.git`".to_owned(), Low, ".git".to_owned())
    } else {
        return;
    };
    let message = format!("{what} is copied into the image, where everyone who can pull it can read it");
    let line = if line == ".git" { line } else { format!("**/{line}") };
    let finding = sink.report(word.span, message);
    finding.help(format!("add the line `{line}` to `{list}`")).severity(severity);
    finding.cause((&list, &line), "this one copies it, too");
}
