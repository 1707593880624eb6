//! Service to its variables: `environment:` and the files named by `env_file:`.

use super::Project;
use crate::model::Known;
use crate::model::compose::Service;

impl Project {
    /// The value a variable has in the container of a service: `environment:` first, then the last `env_file:` that
    /// has it, then the image's `ENV`. A file that is not in the project leaves it unresolved.
    pub fn service_env(&self, service: &Service, name: &str) -> Known<String> {
        if let Some((_, value)) = service.environment.iter().rev().find(|(key, _)| key.value == name) {
            return value.clone();
        }
        for file in service.env_files.iter().rev() {
            let Some(path) = file.path.set() else { continue };
            match self.env_at(&path.value) {
                Some(env) => {
                    if let Some(value) = env.get(name).and_then(|var| var.value.clone()) {
                        return Known::Set(value);
                    }
                }
                None => {
                    return Known::Unresolved {
                        span: path.span,
                        why: "an env file of it is not in the project".into(),
                    };
                }
            }
        }
        self.image_of(service).env(name)
    }
}
