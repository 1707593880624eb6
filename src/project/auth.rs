//! Service to what its Auth.js believes of a request.

use super::Project;
use crate::model::auth_config::AuthConfig;
use crate::model::compose::Service;
use crate::model::image::Image;
use crate::source::{Role, Span, below, directory, join};
use crate::syntax::shell::base_name;

/// What makes Auth.js 5 believe the host that a request names (`setEnvDefaults` in `packages/core/src/lib/utils/env.ts` of
/// nextauthjs/next-auth, and in `@auth/core` 0.41.1; read on 2026-11-30). `NEXTAUTH_URL` is not among them.
const BELIEVED: [&str; 4] = ["AUTH_URL", "AUTH_TRUST_HOST", "VERCEL", "CF_PAGES"];

impl Project {
    /// Where the program of a service starts Auth.js 5, when nothing that it is told makes it believe the host of a request:
    /// then it answers none.
    pub fn believes_no_host(&self, service: &Service) -> Option<Span> {
        let context = service.build.as_ref()?.context.get().filter(|_| service.gap.is_none())?;
        let configs: Vec<&AuthConfig> =
            self.auth_configs.iter().filter(|own| self.look(1) && below(&own.path, context).is_some()).collect();
        let call = configs.iter().find(|own| own.call.is_some())?;
        let folder = self.program_around(directory(&call.path), context)?;
        let one = configs.iter().all(|own| self.program_around(directory(&own.path), context) == Some(folder));
        let is_read = |last: &String| {
            let named = |own: &&AuthConfig| {
                let name = base_name(&own.path);
                name == last || name.rsplit_once('.').is_some_and(|(stem, _)| stem == last)
            };
            configs.iter().any(named)
        };
        let known = configs.iter().all(|own| !own.speaks_of_trust && own.taken_from.iter().all(is_read));
        if !one || !known || !self.is_auth_5(folder) || !self.starts_next(service, context, folder) {
            return None;
        }
        let told = |name: &str| {
            service.environment.iter().any(|(key, _)| key.value == name) || !self.service_env(service, name).is_absent()
        };
        // Where it gets nothing of its settings from Compose, an `.env` that the image takes along has them.
        let mut names = service.environment.iter().map(|(name, _)| name.value.as_str());
        if !names.any(|name| matches!(name, "AUTH_SECRET" | "NEXTAUTH_SECRET" | "NEXTAUTH_URL")) {
            return None;
        }
        let develops = self.service_env(service, "NODE_ENV").get().is_some_and(|own| own != "production");
        // Next.js reads those beside it itself.
        let beside = self.env.iter().filter(|env| self.look(1) && self.role(env.file) != Role::Template);
        let in_file = beside
            .filter(|env| below(&env.path, context).is_some())
            .any(|env| BELIEVED.iter().any(|name| env.get(name).is_some()));
        let told = develops || in_file || BELIEVED.iter().any(|name| told(name));
        (!told && !self.commands_speak_of(&["AUTH_TRUST_HOST"])).then_some(call.call?)
    }

    /// The folder around another one, no further than a context, that has a package of Node.
    fn program_around<'a>(&self, from: &'a str, context: &str) -> Option<&'a str> {
        let mut folder = from;
        loop {
            if self.at(&join(folder, "package.json")).is_some() {
                return Some(folder);
            }
            if folder == context || folder.is_empty() {
                return None;
            }
            folder = directory(folder);
        }
    }

    fn is_auth_5(&self, folder: &str) -> bool {
        let Some(manifest) = self.at(&join(folder, "package.json")) else { return false };
        let version = manifest.source.text().split_once("\"next-auth\"").and_then(|(_, rest)| rest.split('"').nth(1));
        version.is_some_and(|version| {
            version == "beta" || version.trim_start_matches(['^', '~', '=', 'v']).starts_with("5.")
        })
    }

    /// Whether a service runs the server of Next.js as for users, and that of a folder.
    fn starts_next(&self, service: &Service, context: &str, folder: &str) -> bool {
        let Some(process) = self.process(service) else { return false };
        let Some(words) = process.words() else { return false };
        let line = words.join(" ");
        let script = || {
            let run = words.iter().any(|word| matches!(word.as_str(), "npm" | "yarn" | "pnpm" | "bun"))
                && words.last().is_some_and(|word| word == "start");
            run && self
                .script_in_folder(folder, "start")
                .is_some_and(|line| line.contains("next start") || line.contains("server.js"))
        };
        let starts = line.contains("next start") || words.iter().any(|word| base_name(word) == "server.js") || script();
        let own = folder == context
            || {
                let part = below(folder, context).unwrap_or(folder).trim_start_matches('/');
                line.contains(part)
                    || matches!(self.image_of(service), Image::Built(file, _) if self.source(file.file).text().contains(part))
            };
        starts && own
    }
}
