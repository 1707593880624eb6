//! Data store to the login it is made with: what its image is told when its data directory is empty.

use super::Project;
use crate::model::Known;
use crate::model::compose::{Mount, MountKind, Service};
use crate::model::image::{Image, ImageRef, notes};
use crate::secret::is_placeholder;
use crate::source::{Spanned, below};
use crate::syntax::shell::{self, base_name};

/// A login that a data store is made with. A part is unresolved when that cannot be seen.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user.
    pub user: Known<String>,
    /// Its password.
    pub password: Known<String>,
    /// The database that is made for it.
    pub database: Known<String>,
    /// Whether nobody gets in without the password.
    pub demanded: bool,
    /// The database that its user belongs to, and logs in to whatever it works with.
    pub home: Option<&'static str>,
}

/// Programs that speak S3, and take keys that whoever runs them makes up.
const OBJECT_STORES: [&str; 8] =
    ["minio", "seaweedfs", "localstack", "rustfs", "garage", "ceph", "zenko-cloudserver", "s3mock"];

impl Project {
    /// Whether the project runs an object store of its own: its keys are issued by nobody else.
    pub fn has_own_object_store(&self) -> bool {
        let is_one = |image: &ImageRef| OBJECT_STORES.iter().any(|name| base_name(&image.name).starts_with(name));
        self.services().filter(|_| self.look(1)).any(|service| service.image.get().is_some_and(is_one))
    }

    /// The database whose files lie in a folder of the host or in a volume: one of the project mounts it where its data is.
    pub fn database_kept_in(&self, path: &str) -> Option<&'static str> {
        const DATABASES: [&str; 4] = ["PostgreSQL", "MySQL", "MariaDB", "MongoDB"];
        let path = path.trim_end_matches(['/', '*', '.']).trim_start_matches("./");
        let ends = |long: &str, short: &str| {
            long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        self.services().filter(|_| self.look(1)).find_map(|service| {
            let image = service.image.get()?;
            let notes = notes(image)?;
            let name = notes.store.as_ref().map(|store| store.name).filter(|name| DATABASES.contains(name))?;
            let data = notes.data(image)?;
            let mut kept =
                service.mounts.iter().filter(|mount| mount.target.get().is_some_and(|at| below(data, at).is_some()));
            let is = |mount: &Mount| match (mount.kind, mount.source.get()) {
                (MountKind::Bind, Some(own)) => {
                    !own.is_empty() && (ends(path, own) || !path.starts_with('/') && ends(own, path))
                }
                // Compose puts the name of the project in front.
                (MountKind::Volume, Some(own)) => path == own || path.ends_with(&format!("_{own}")),
                _ => false,
            };
            kept.any(is).then_some(name)
        })
    }

    /// The login of a user in a data store that is run as its image comes. `None`: another image, or more is done to it when
    /// it is made.
    ///
    /// Variables: `docker-entrypoint.sh` of docker-library/postgres, mysql and mariadb, read on 2026-11-28.
    pub fn login(&self, store: &Service, user: &str) -> Option<Login> {
        if !matches!(self.image_of(store), Image::Named(_)) || store.gap.is_some() || self.has_own_setup(store) {
            return None;
        }
        let env = |names: &[&str]| {
            let found = names.iter().map(|name| self.service_env(store, name));
            found.into_iter().find(|value| !value.is_absent()).unwrap_or(Known::Absent)
        };
        let name = &store.image.get()?.name;
        Some(match store.store()?.name {
            "PostgreSQL" if name == "postgres" || name.ends_with("/postgis") || name.ends_with("/pgvector") => {
                let user = or_default(env(&["POSTGRES_USER"]), "postgres");
                let database = match env(&["POSTGRES_DB"]) {
                    Known::Absent => user.clone(),
                    database => database,
                };
                Login { user, password: env(&["POSTGRES_PASSWORD"]), database, demanded: false, home: None }
            }
            "MySQL" | "MariaDB" if matches!(name.as_str(), "mysql" | "mariadb") => {
                let database = env(&["MARIADB_DATABASE", "MYSQL_DATABASE"]);
                match user {
                    "root" => Login {
                        user: Known::Default("root".to_owned()),
                        password: env(&["MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"]),
                        database,
                        demanded: false,
                        home: None,
                    },
                    _ => Login {
                        user: env(&["MARIADB_USER", "MYSQL_USER"]),
                        password: env(&["MARIADB_PASSWORD", "MYSQL_PASSWORD"]),
                        database,
                        demanded: false,
                        home: None,
                    },
                }
            }
            "Redis" => {
                let password = self.redis_password(store)?;
                Login { user: Known::Absent, password, database: Known::Absent, demanded: true, home: None }
            }
            // The entry point makes its user in `admin` (`docker-entrypoint.sh` of docker-library/mongo, read on 2026-11-29).
            "MongoDB" if name == "mongo" => Login {
                user: env(&["MONGO_INITDB_ROOT_USERNAME"]),
                password: env(&["MONGO_INITDB_ROOT_PASSWORD"]),
                database: Known::Absent,
                demanded: false,
                home: Some("admin"),
            },
            _ => return None,
        })
    }

    /// The password that a Redis demands on its command line, or in the file it is started with.
    fn redis_password(&self, store: &Service) -> Option<Known<String>> {
        let process = self.process(store)?;
        let words = process.words()?;
        let commands = shell::run(words);
        let words: Vec<&str> = commands.iter().flat_map(|own| &own.words).map(|word| word.text.as_str()).collect();
        let Some(at) = words.iter().position(|word| *word == "--requirepass") else {
            let written = self.settings_of(store)?.get("requirepass")?;
            let plain = !written.value.is_empty() && !written.value.contains('$') && !is_placeholder(&written.value);
            return plain.then(|| Known::Set(written.clone()));
        };
        let password = words.get(at + 1).filter(|word| !word.is_empty() && !word.contains('$'))?;
        Some(Known::Set(Spanned::new((*password).to_owned(), process.line())))
    }

    /// Whether scripts of the project set a data store up: they may make other users and databases.
    pub fn has_own_setup(&self, store: &Service) -> bool {
        let setup = |path: &String| path.starts_with("/docker-entrypoint-initdb.d");
        store.mounts.iter().any(|mount| mount.target.get().is_none_or(setup))
            || store.configs.iter().any(|config| config.target.get().is_some_and(setup))
            || !store.entrypoint.is_absent()
    }
}

impl Service {
    /// Whether it starts the server of its image by the entry point that reads the image's variables: with no command, with
    /// options for it, or with its name.
    pub fn starts_its_server(&self) -> bool {
        const SERVERS: [&str; 7] =
            ["postgres", "mysqld", "mariadbd", "redis-server", "valkey-server", "mongod", "rabbitmq-server"];
        let server = |words: &Vec<String>| {
            let first = words.first().map_or("", String::as_str);
            first.starts_with('-') || SERVERS.contains(&first)
        };
        self.entrypoint.is_absent() && (self.command.is_absent() || self.command.get().is_some_and(server))
    }
}

fn or_default(value: Known<String>, usual: &str) -> Known<String> {
    match value {
        Known::Absent => Known::Default(usual.to_owned()),
        value => value,
    }
}
