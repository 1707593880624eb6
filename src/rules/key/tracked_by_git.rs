//! `key/tracked-by-git`

use crate::model::tls::{KeyContent, PemFile};
use crate::rules::prelude::*;

rule! {
    /// A private key that is in the repository.
    ///
    /// ## Why
    /// Everyone who can read the repository, now or later, every copy and every CI job has the key. Taking the file out
    /// does not help: it stays in the history.
    ///
    /// ## Examples
    /// ```pem bad file=certs/privkey.pem tracked expect=key/tracked-by-git@1:1
    /// | git tracks this private key: everyone with a copy of the repository has it
    /// | help: replace the key and its certificate, then `git rm --cached certs/privkey.pem` and add the file to
    /// | .gitignore
    /// -----BEGIN PRIVATE KEY-----
    /// MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz
    /// PUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK
    /// Y0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI
    /// -----END PRIVATE KEY-----
    /// ```
    /// ```pem good file=certs/fullchain.pem tracked
    /// -----BEGIN CERTIFICATE-----
    /// MIIBSzCB86ADAgECAggX0sfveZvucDAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJF
    /// eGFtcGxlIElzc3VpbmcgQ0EwHhcNMjYxMDIxMTIwMDAwWhcNMjcwMTE5MTIwMDAw
    /// WjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZI
    /// zj0DAQcDQgAEQZz4vb2dx+wFHipTv2F86n098iZnimNFnaHYaTxYRVGIcnJG6JVX
    /// qw0zRYuiMqITaaaQZssI+rIxdAQe5d4YiKMfMB0wGwYDVR0RBBQwEoIQc2hvcC5l
    /// eGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiAtP3m67B3fx6kbzGuwsljJuMsQ
    /// zFX4oHk3D+48Om8YAQIgbNw0aVmkKUp+REgURmROIu2MeA5dbabVvcVtSukv/Rk=
    /// -----END CERTIFICATE-----
    /// ```
    /// ### In JSON
    /// ```pem bad file=config/service-account.json tracked expect=key/tracked-by-git@3:19
    /// | git tracks this private key: everyone with a copy of the repository has it
    /// | help: replace the key and its certificate, then `git rm --cached config/service-account.json` and add the file
    /// | to .gitignore
    /// {
    ///   "type": "service_account",
    ///   "private_key": "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2UqJIsoOWtmNIlVz\nPUAfZYc8TERg7Omka2fGNHM+AZuhRANCAARBnPi9vZ3H7AUeKlO/YXzqfT3yJmeK\nY0WdodhpPFhFUYhyckbolVerDTNFi6IyohNpppBmywj6sjF0BB7l3hiI\n-----END PRIVATE KEY-----\n"
    /// }
    /// ```
    /// ```pem good fixed file=config/service-account.json tracked
    /// {
    ///   "type": "service_account",
    ///   "private_key": "-----BEGIN PRIVATE KEY-----\nYOUR KEY\n-----END PRIVATE KEY-----\n"
    /// }
    /// ```
    /// ### In the storage of Traefik
    /// ```pem bad file=letsencrypt/acme.json tracked expect=key/tracked-by-git@3:48
    /// | git tracks this private key: everyone with a copy of the repository has it
    /// | help: replace the key and its certificate, then `git rm --cached letsencrypt/acme.json` and add the file to
    /// | .gitignore
    /// {
    ///   "letsencrypt": { "Certificates": [
    ///     { "domain": { "main": "shop.de" }, "key": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JR0hBZ0VBTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEJHMHdhd0lCQVFRZzJVcUpJc29PV3RtTklsVnoKUFVBZlpZYzhURVJnN09ta2EyZkdOSE0rQVp1aFJBTkNBQVJCblBpOXZaM0g3QVVlS2xPL1lYenFmVDN5Sm1lSwpZMFdkb2RocFBGaEZVWWh5Y2tib2xWZXJEVE5GaTZJeW9oTnBwcEJteXdqNnNqRjBCQjdsM2hpSQotLS0tLUVORCBQUklWQVRFIEtFWS0tLS0tCg==" }
    ///   ] }
    /// }
    /// ```
    /// ```pem good fixed file=letsencrypt/acme.json tracked
    /// {}
    /// ```
    ///
    /// ## What it does not report
    /// Certificates and public keys, which are public, and encrypted keys. Files among a repository's tests, fixtures and
    /// examples, and keys of certificates for `localhost` that no server names: those keys guard nothing.
    "key/tracked-by-git" {
        severity: High, effect: LeaksSecret,
        aliases: &["key/in-git"],
        refs: &["https://cwe.mitre.org/data/definitions/798.html"],
        check: Check::Pem(check),
    }
}

fn check(pem: &PemFile, ctx: &Context, sink: &mut Sink) {
    let Some(key) = pem.keys.iter().find(|key| !key.is_encrypted()) else { return sink.not_applicable() };
    if !ctx.project.git().is_asked(&pem.path) {
        return sink.not_applicable();
    }
    match ctx.project.git().tracked(&pem.path) {
        Answer::Yes(()) if ctx.project.git().is_fixture(&pem.path) || ctx.project.guards_nothing(pem) => {}
        Answer::Yes(()) => {
            let untrack = ctx.project.git().untrack(&pem.path);
            let finding =
                sink.report(key.at, "git tracks this private key: everyone with a copy of the repository has it");
            finding
                .help(format!("replace the key and its certificate, then `{untrack}` and add the file to .gitignore"));
            if let KeyContent::Public(public) = &key.content {
                finding.cause(public, "the same key");
            }
        }
        Answer::No(_) => {}
        Answer::Unknown(why) => sink.unanswered(key.at, why),
    }
}
