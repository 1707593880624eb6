//! What the texts of guides and scripts tell of the users of databases.

use super::Project;
use crate::model::image::Release;
use crate::model::starts::Step;
use crate::model::{Document, Kind, Meaning};
use crate::source::{Cut, FileId, Span};

impl Project {
    /// The statements that let a user into a database of PostgreSQL and into no schema of it, in guides and scripts that say nothing
    /// else of who may make tables, and name no older release.
    pub fn grants_without_schema(&self) -> Vec<Span> {
        let told: Vec<_> = self.guides().map(|guide| guide.file).collect();
        let asked = |kind, file| kind == Kind::Script || told.contains(&file);
        let documents = self.documents.iter().filter(|document| asked(document.class.kind, document.source.id));
        let mut found = Vec::new();
        for document in documents {
            let Some(text) = self.text_of(document).filter(|text| text.contains("ON DATABASE")) else { continue };
            if settles_schema(text) || Release::old_postgres(text) || makes_users_of_image(text) {
                continue;
            }
            let in_image = document.class.kind == Kind::Script && text.contains("POSTGRES_USER");
            let at = text.match_indices("GRANT ALL").find(|(at, _)| {
                let statement = text.cut(*at..).split([';', '\n']).next().unwrap_or_default();
                // The user that the image of PostgreSQL makes may do everything.
                let to = statement.split_once(" TO ").map(|(_, to)| to.trim_matches([' ', '"', '\'']));
                statement.contains("ON DATABASE")
                    && !statement.contains("POSTGRES_USER")
                    && to.is_some_and(|to| !(in_image && self.is_user_of_image(to)))
            });
            if let Some((at, _)) = at {
                let end = at + text.cut(at..).split([';', '\n', '"']).next().unwrap_or_default().trim_end().len();
                found.push(Span::new(document.source.id, at, end));
            }
        }
        found
    }

    /// Whether a container of PostgreSQL has this user from its image, who owns what is made there.
    fn is_user_of_image(&self, user: &str) -> bool {
        let mut services = self.services().filter(|_| self.look(1));
        services.any(|service| self.service_env(service, "POSTGRES_USER").get().is_some_and(|own| own == user))
    }

    /// Whether a guide gives the root of MySQL a password, or of MariaDB, which asks for one when it is secured.
    pub fn settles_root_of_mysql(&self, guide: FileId, maria: bool) -> bool {
        let text = self.text_of(self.document(guide)).unwrap_or_default().to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        says(&[
            "native_password",
            "caching_sha2",
            "alter user 'root'",
            "alter user root",
            "debconf",
            "set password for",
            "skip-grant",
        ]) || maria && says(&["secure_installation", "secure-installation"])
    }

    /// Whether a password for the clients of PostgreSQL comes from somewhere: a file, the environment, or none is asked for.
    pub fn gives_postgres_password(&self, file: FileId) -> bool {
        let says = |text: &str| ["PGPASS", "pgpass", "PGSERVICE", " trust"].iter().any(|word| text.contains(word));
        // What a script reads may set it.
        let script = self.document(file).class.kind == Kind::Script;
        let reads = |text: &str| script && text.lines().any(|line| line.starts_with(". ") || line.contains("source "));
        let own = self.text_of(self.document(file)).is_none_or(|text| says(text) || reads(text));
        own || self.texts().any(says)
    }

    /// Whether PostgreSQL is one that a command installs on the server, with the rules of its package, and the system has no user of
    /// this name: over the socket it is refused.
    pub fn refuses_peer(&self, user: &str) -> bool {
        let installs = |step: &Step| {
            matches!(step.name(), "apt" | "apt-get") && step.has("install") && step.has("postgresql") && !step.contained
        };
        let mut steps = self.loading.iter().flat_map(|file| file.steps()).filter(|_| self.look(1));
        let named = [
            format!("adduser {user}"),
            format!("/home/{user}"),
            format!("User={user}"),
            format!("-u {user}"),
            format!("su - {user}"),
            format!("su {user}"),
            format!("{user}@"),
        ];
        let known = |line: &str| {
            let added = (line.contains("useradd") || line.contains("adduser")) && line.contains(user);
            // `postgresql://shop@db` names no user of the system.
            added || named.iter().any(|word| line.contains(word.as_str())) && !line.contains("://")
        };
        let settled = |text: &str| ["pg_hba", "PGHOST", "pg_ident"].iter().any(|word| text.contains(word));
        // The users of an image are none of the server.
        let of_server = |document: &&Document| document.class.kind != Kind::Dockerfile;
        let mut texts = self.documents.iter().filter(of_server).filter_map(|document| self.text_of(document));
        steps.any(installs) && !texts.any(|text| settled(text) || text.lines().any(known))
    }
}

/// Whether a script of the image of PostgreSQL makes users without a password: nobody logs in as one of them from another container.
fn makes_users_of_image(text: &str) -> bool {
    text.contains("CREATE USER") && text.contains("POSTGRES_USER") && !text.contains("PASSWORD")
}

/// Whether a text says who owns a database, or who may make tables in it.
fn settles_schema(text: &str) -> bool {
    const SAYS: [&str; 8] = [
        "on schema",
        "owner",
        "superuser",
        "alter schema",
        "create schema",
        "search_path",
        "createuser -s",
        "on all tables",
    ];
    let lower = text.to_ascii_lowercase();
    SAYS.iter().any(|word| lower.contains(word))
}
