//! Data store to the login it is made with: what its image is told when its data directory is empty.

use super::Project;
use crate::model::Known;
use crate::model::compose::Service;
use crate::model::image::Image;

/// A login that a data store is made with. A part is unresolved when that cannot be seen.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user.
    pub user: Known<String>,
    /// Its password.
    pub password: Known<String>,
    /// The database that is made for it.
    pub database: Known<String>,
}

impl Project {
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
                Login { user, password: env(&["POSTGRES_PASSWORD"]), database }
            }
            "MySQL" | "MariaDB" if matches!(name.as_str(), "mysql" | "mariadb") => {
                let database = env(&["MARIADB_DATABASE", "MYSQL_DATABASE"]);
                match user {
                    "root" => Login {
                        user: Known::Default("root".to_owned()),
                        password: env(&["MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"]),
                        database,
                    },
                    _ => Login {
                        user: env(&["MARIADB_USER", "MYSQL_USER"]),
                        password: env(&["MARIADB_PASSWORD", "MYSQL_PASSWORD"]),
                        database,
                    },
                }
            }
            _ => return None,
        })
    }

    /// Whether scripts of the project set a data store up: they may make other users and databases.
    fn has_own_setup(&self, store: &Service) -> bool {
        let setup = |path: &String| path.starts_with("/docker-entrypoint-initdb.d");
        store.mounts.iter().any(|mount| mount.target.get().is_none_or(setup))
            || store.configs.iter().any(|config| config.target.get().is_some_and(setup))
            || !store.entrypoint.is_absent()
    }
}

fn or_default(value: Known<String>, usual: &str) -> Known<String> {
    match value {
        Known::Absent => Known::Default(usual.to_owned()),
        value => value,
    }
}
