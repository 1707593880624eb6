//! `env/reused-secret`

use std::collections::HashMap;

use crate::model::env::Credential;
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{Holds, Limits, Weakness};

rule! {
    /// One secret is used for two purposes.
    ///
    /// ## Why
    /// Whoever learns it from the weaker place has the stronger one as well: from a program's database password the
    /// administrator's, from the key of session cookies the key that signs tokens. And neither can be changed alone.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// MYSQL_ROOT_PASSWORD=hT7-vq2Lx9_mRw
    /// MYSQL_PASSWORD=hT7-vq2Lx9_mRw
    /// #              ^^^^^^^^^^^^^^ env/reused-secret
    /// # | `MYSQL_PASSWORD` and `MYSQL_ROOT_PASSWORD` are the same secret: who learns one has both
    /// # | help: give each its own
    /// # > MYSQL_PASSWORD=uGf7-2kPq-9xWm-4vTz
    /// SECRET_KEY=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// JWT_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/reused-secret
    /// # > JWT_SECRET=9a5be3d2ef3259772f5ec5217c1b7a6dcd29093206273df76140191ef33e6552
    /// ```
    /// ```env good file=.env.prod
    /// POSTGRES_PASSWORD=hT7-vq2Lx9_mRw
    /// DB_PASSWORD=hT7-vq2Lx9_mRw
    /// PGPASSWORD=hT7-vq2Lx9_mRw
    /// DATABASE_URL=postgresql://shop:hT7-vq2Lx9_mRw@db/shop
    /// JWT_SECRET=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// SESSION_SECRET=${JWT_SECRET}
    /// AUTH_SECRET=8f18f3a9c1d27b60e84512aa90bc7d3e
    /// NEXTAUTH_SECRET=8f18f3a9c1d27b60e84512aa90bc7d3e
    /// S3_MEDIA_SECRET_ACCESS_KEY=q8Zr9PlmT2fvXc91kd03Bfw
    /// S3_EXPORT_SECRET_ACCESS_KEY=q8Zr9PlmT2fvXc91kd03Bfw
    /// PASSWORD=hT7-vq2Lx9_mRw
    /// ODOO_PASSWORD=odoo
    /// POSTGRES_ADMIN_PASSWORD=odoo
    /// ```
    ///
    /// ## What it does not report
    /// One credential under several names: of one database, one log-in, one provider. References to another variable.
    "env/reused-secret" {
        severity: Low, confidence: Likely, effect: Weakens, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/323.html"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    let mut seen: HashMap<&str, Vec<&Credential>> = HashMap::new();
    for credential in env.kept_secrets() {
        if !credential.in_url && matches!(credential.holds, Holds::Password | Holds::Secret) {
            seen.entry(credential.value.trim()).or_default().push(credential);
        }
    }
    let mut groups: Vec<_> = seen.into_values().filter(|all| all.len() > 1).collect();
    groups.sort_by_key(|all| all[0].span);
    for all in groups {
        let (one, first) = (all[0], &all[0].var.key.value);
        let differs = |name: &str| matches!((purpose(name), purpose(first)), (Some(a), Some(b)) if a != b);
        // One value that is passed on under two names is written once.
        let other = all.iter().find(|other| other.span != one.span && differs(other.var.key.value));
        let Some(other) = other else { continue };
        // One that can be guessed must be changed anyway.
        let guessable = matches!(env.weakness(one, &Limits::default()), Some(Weakness::Weak(_)));
        if !env.is_real(one) || guessable {
            continue;
        }
        let key = &other.var.key.value;
        sink.report(other.span, format!("`{key}` and `{first}` are the same secret: who learns one has both"))
            .help("give each its own")
            .related(one.var.key.span, "the same");
    }
}

/// What a secret is for, by its name, and whether it is the administrator's. Two names of one thing give the same;
/// `PASSWORD` alone says nothing.
fn purpose(name: &str) -> Option<(&str, bool)> {
    const FAMILIES: [(&str, &[&str]); 6] = [
        (
            "database",
            &["POSTGRES", "POSTGRESQL", "PG", "PGPASSWORD", "DB", "DATABASE", "MYSQL", "MARIADB", "SQL", "DBPASS"],
        ),
        ("cache", &["REDIS", "CACHE", "CELERY", "BROKER", "VALKEY", "QUEUE"]),
        ("mail", &["MAIL", "MAILER", "EMAIL", "SMTP", "IMAP"]),
        ("log-in", &["AUTH", "NEXTAUTH", "AUTHJS", "BETTER"]),
        ("storage", &["MINIO", "S3", "STORAGE"]),
        ("application", &["DJANGO", "APP", "FLASK", "RAILS", "LARAVEL"]),
    ];
    let words = || name.split(['_', '-', '.']).filter(|word| !word.is_empty());
    let any = |list: &[&str]| words().any(|word| list.iter().any(|known| word.eq_ignore_ascii_case(known)));
    let family = FAMILIES.iter().find(|(_, names)| any(names)).map(|(family, _)| *family);
    let family = family.unwrap_or_else(|| match words().next().unwrap_or("") {
        // `SECRET_KEY`
        "SECRET" | "KEY" => "application",
        first => first,
    });
    if matches!(family, "PASSWORD" | "PASS" | "PASSWD" | "PWD") {
        return None;
    }
    Some((family, any(&["ROOT", "ADMIN", "SUPERUSER", "REPLICATION", "OWNER"])))
}
