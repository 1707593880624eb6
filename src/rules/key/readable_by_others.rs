//! `key/readable-by-others`

use crate::model::tls::PemFile;
use crate::rules::prelude::*;

rule! {
    /// A private key that every user of the machine can read.
    ///
    /// ## Why
    /// Any process on the host, whatever its user, can copy the key and pose as the server until the certificate ends.
    ///
    /// ## Examples
    /// ```pem bad file=privkey.pem mode=644 expect=key/readable-by-others@1:1
    /// | mode 644 lets every user of the machine read this private key
    /// | help: run `chmod 600 privkey.pem`
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```pem good fixed file=privkey.pem mode=600
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    ///
    /// ## What it does not report
    /// Keys that git tracks: git does not store these bits, and the file is known to more people anyway. Read access for
    /// the group, which Debian uses for `ssl-cert`. Encrypted keys.
    "key/readable-by-others" {
        severity: Medium, effect: Weakens,
        aliases: &["key/permissions"],
        refs: &["https://cwe.mitre.org/data/definitions/732.html"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    let Some(mode) = ctx.project.source(pem.file).mode else { return sink.not_applicable() };
    let Some(key) = pem.keys.iter().find(|key| !key.is_encrypted()) else { return sink.not_applicable() };
    if mode & 0o006 == 0 {
        return;
    }
    match ctx.project.git().tracked(&pem.path) {
        Answer::Yes(()) => return,
        Answer::Unknown(why) => return sink.unanswered(key.at, why),
        Answer::No(_) => {}
    }
    let writable = mode & 0o002 != 0;
    let what = if writable { "read and replace" } else { "read" };
    let message = format!("mode {:03o} lets every user of the machine {what} this private key", mode & 0o777);
    let finding = sink.report(key.at, message);
    finding.help(format!("run `chmod 600 {}`", pem.path));
    // Every copy and every checkout makes files that others may read; here they are often alone on the machine.
    if !writable {
        finding.severity(Low);
    }
}
