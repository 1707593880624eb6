//! Which environment a file belongs to.

use std::fmt;

/// The environment a file belongs to. A file nobody calls anything is judged as production.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// A pattern to copy from: `.env.example`, `.sample`, `.dist`, `.template`.
    Template,
    /// A developer's machine.
    Development,
    /// Automated tests.
    Test,
    /// A copy of production for trying out.
    Staging,
    /// What users meet.
    Production,
}

impl Role {
    /// All roles, from harmless to serious.
    pub const ALL: [Role; 5] = [Role::Template, Role::Development, Role::Test, Role::Staging, Role::Production];

    /// The name used in packs, in `gonogo.yaml` and with `--env`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Template => "template",
            Role::Development => "development",
            Role::Test => "test",
            Role::Staging => "staging",
            Role::Production => "production",
        }
    }

    /// Reads a name or one of its common short forms (`prod`, `dev`, `stage`, ...).
    pub fn parse(name: &str) -> Option<Role> {
        Some(match name.to_ascii_lowercase().as_str() {
            "template" | "example" | "sample" | "dist" | "tmpl" | "tpl" | "defaults" | "schema" | "disabled" => {
                Role::Template
            }
            "development" | "dev" | "develop" | "devel" | "local" | "localhost" | "debug" | "override"
            | "devcontainer" | "devenv" | "sandbox" | "localdb" | "localdev" | "laptop" => Role::Development,
            "test" | "tests" | "testing" | "ci" | "cypress" | "e2e" | "integration" | "playwright" | "loadtest"
            | "loadtests" | "stresstest" => Role::Test,
            "staging" | "stage" | "stg" | "preview" | "preprod" | "uat" | "qa" => Role::Staging,
            "production" | "prod" | "prd" | "live" => Role::Production,
            _ => return None,
        })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a file's role was found.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum RoleWhy {
    /// The `files:` map of the configuration says so.
    Configured,
    /// The name says so, or that of a folder it is in.
    Name,
    /// The folders that lead to the project say so.
    Above,
    /// git ignores it, and the commit that is judged does not hold it.
    NotCommitted,
    /// The file says so itself (`ENVIRONMENT=staging`).
    Content,
    /// What starts it, or loads it, is for that environment.
    Used,
    /// Nothing says anything.
    Unnamed,
}

impl RoleWhy {
    /// A few words for `--list-files`.
    pub fn text(self) -> &'static str {
        match self {
            RoleWhy::Configured => "set in the configuration",
            RoleWhy::Name => "by its name",
            RoleWhy::Above => "by the folders that lead here",
            RoleWhy::NotCommitted => "git ignores it, and it is not in this commit",
            RoleWhy::Content => "by what it says of itself",
            RoleWhy::Used => "by what uses it",
            RoleWhy::Unnamed => "nothing says otherwise",
        }
    }
}

/// The role a path's words give: `.env.prod`, `compose.staging.yml`, `prod.env.example`, `deploy/production/.env`.
/// A template word anywhere in the file name wins; then the file name; then the nearest directory.
pub fn role_of(path: &str) -> Option<Role> {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    // The nginx image fills `.conf.template` in when it starts: that is the real thing, not a pattern to copy from.
    let (name, filled_in) = name.strip_suffix(".conf.template").map_or((name, false), |stem| (stem, true));
    let mut named = words(name);
    // Compose puts `compose.override.yml` on top of what a developer starts; `https.override.yml` somebody has to name.
    let by_itself = ["compose.", "docker-compose."].iter().any(|start| name.starts_with(start));
    if !by_itself && [".yml", ".yaml"].iter().any(|end| name.ends_with(end)) {
        named = words(&name.replace("override", ""));
    }
    // `ci-cd.yml`: a pipeline that deploys as well is not for tests alone.
    let has = |wanted: &[&str]| pieces(name).any(|word| wanted.iter().any(|own| own.eq_ignore_ascii_case(word)));
    if has(&["ci"]) && has(&["cd", "deploy", "deployment", "delivery"]) {
        named.retain(|role| *role != Role::Test);
    }
    // A document of that name says what a product is to do.
    let text = name.to_ascii_lowercase().ends_with(".md");
    let wanted = |word: &str| text && word.eq_ignore_ascii_case("prd");
    if text {
        named = pieces(name).filter(|word| !wanted(word)).filter_map(Role::parse).collect();
    }
    // The default of nginx is a site, and that of Debian is what runs.
    // Nothing loads what somebody kept, `.env.backup`, either.
    let aside = |word: &str| matches!(word, "default" | "backup" | "bak" | "old" | "orig" | "copy");
    let default_env = (name.starts_with(".env") || name.contains(".env.")) && pieces(name).any(aside);
    if named.contains(&Role::Template) || default_env {
        return Some(Role::Template);
    }
    // What lies among the steps of a pipeline is copied to where its tests read it.
    let env = name.starts_with(".env") || name.ends_with(".env");
    if env && named.is_empty() && (path.starts_with(".github/") || path.contains("/.github/")) {
        return Some(Role::Test);
    }
    // What ships, tried out on one's own machine.
    let lower = name.to_ascii_lowercase();
    if ["local-prod", "local_prod", "localprod"].iter().any(|word| lower.contains(word)) {
        return Some(Role::Development);
    }
    // A directory called `default` or `dist` says nothing about templates, one called `ssl-example` does, whatever is in it.
    let pattern = |dir: &str| {
        let mut words = pieces(dir);
        // Settings that lie among patterns are patterns: `deploy/env-templates/.env.api`.
        env && pieces(dir).any(|word| matches!(word, "template" | "templates"))
            || dir == "template"
            || words.any(|word| matches!(word, "example" | "examples" | "sample" | "samples"))
    };
    if !filled_in && parts.clone().any(pattern) {
        return Some(Role::Template);
    }
    // `migration-backup-20250828/`, `_old/`, `_trash/`, `backups/sprint24/`: somebody kept a copy.
    let kept_aside = |dir: &str| {
        let is_one = |words: &[&str]| pieces(dir).any(|word| words.contains(&word));
        let date = |word: &str| word.len() > 5 && word.bytes().all(|b| b.is_ascii_digit());
        let marked = dir.starts_with('_') || pieces(dir).any(date);
        is_one(&["trash"]) || marked && is_one(&["backup", "bak", "old", "copy", "archive"])
    };
    let numbered = |dir: &str| {
        let step = |word: &str| {
            let kind = word.trim_end_matches(|c: char| c.is_ascii_digit());
            let digits = word.len() - kind.len();
            digits > 3 && kind.is_empty() || digits > 0 && ["v", "phase", "release", "sprint", "step"].contains(&kind)
        };
        pieces(dir).any(step)
    };
    let among_backups = |(above, dir): (&str, &str)| matches!(above, "backup" | "backups") && numbered(dir);
    if parts.clone().any(kept_aside) || parts.clone().skip(1).zip(parts.clone()).any(among_backups) {
        return Some(Role::Template);
    }
    // `docker-compose.prod.local.yml`: the last word is the most specific one.
    if let Some(role) = named.last() {
        return Some(*role);
    }
    // `/usr/local` is on every machine.
    let installed = path.starts_with("usr/local/") || path.contains("/usr/local/");
    parts.filter(|dir| (!installed || *dir != "local") && !wanted(dir)).find_map(|dir| {
        // What tests read, or put under load.
        let tests =
            ["testdata", "fixtures", "fixture", "__tests__", "loadtest", "loadtests", "load-test", "load-tests"];
        tests.contains(&dir).then_some(Role::Test).or_else(|| stage(dir))
    })
}

/// The role that the directories above a project give it, as seen from the top of what it belongs to. Whoever names an
/// example means it: that it is one says nothing then.
pub fn role_above(directories: &str) -> Option<Role> {
    directories.rsplit('/').find_map(stage)
}

/// The stage that a directory's name says. Within a longer name only words count that mean nothing else: `local-food` is
/// no developer's machine, `live-score` not the production, and `override` is a word for files.
fn stage(dir: &str) -> Option<Role> {
    const CLEAR: [&str; 10] =
        ["dev", "devel", "development", "test", "tests", "testing", "e2e", "staging", "prod", "production"];
    let whole = Some(dir.trim_start_matches('.')).filter(|name| *name != "override");
    let clear = pieces(dir).filter(|word| CLEAR.iter().any(|clear| clear.eq_ignore_ascii_case(word)));
    let role = whole.and_then(Role::parse).or_else(|| clear.filter_map(Role::parse).last());
    role.filter(|role| *role != Role::Template)
}

fn words(text: &str) -> Vec<Role> {
    pieces(text).filter_map(Role::parse).collect()
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '-', '_', ' ']).flat_map(humps)
}

/// The words of `exampleFromHome`. `ShopDemo` is the name of a thing, and `devOps` a word.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let camel = word.starts_with(|c: char| c.is_ascii_lowercase()) && !word.starts_with("devOps");
    let mut rest = Some(word);
    std::iter::from_fn(move || {
        let word = rest?;
        let next = |(at, byte): (usize, u8)| (at > 0 && byte.is_ascii_uppercase()).then_some(at);
        let end = word.bytes().enumerate().find_map(next).filter(|_| camel).unwrap_or(word.len());
        let (first, others) = word.split_at_checked(end)?;
        rest = Some(others).filter(|others| !others.is_empty());
        Some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_roles() {
        for (path, role) in [
            (".env", None),
            (".env.prod", Some(Role::Production)),
            (".github/workflows/ci-cd.yml", None),
            (".github/workflows/ci_deploy.staging.yml", Some(Role::Staging)),
            (".github/workflows/ci.yml", Some(Role::Test)),
            ("docs/tickets.prd.md", None),
            ("nginx/exampleFromHome/shop.conf", Some(Role::Template)),
            ("devScripts/start.sh", Some(Role::Development)),
            ("devOps/compose.yaml", None),
            ("DevTools/compose.yaml", None),
            ("ExampleShop/compose.yaml", None),
            ("docs/prd/tickets.md", None),
            ("docs/prd.env", Some(Role::Production)),
            (".env.production.example", Some(Role::Template)),
            ("env.sample", Some(Role::Template)),
            (".env.copy", Some(Role::Template)),
            ("docker-compose.override.yml", Some(Role::Development)),
            ("https.override.yml", None),
            ("dev.override.yml", Some(Role::Development)),
            ("compose.staging.yaml", Some(Role::Staging)),
            ("docker-compose.loadtest.yml", Some(Role::Test)),
            ("docker-compose.localdb.yml", Some(Role::Development)),
            ("docker-compose.local-prod.yml", Some(Role::Development)),
            ("docker-compose.prod.local.yml", Some(Role::Development)),
            ("docker-compose.prod.yml", Some(Role::Production)),
            ("deploy/prod/.env", Some(Role::Production)),
            (".github/workflows/checks.env", Some(Role::Test)),
            (".github/workflows/deploy.yml", None),
            (".github/prod.env", Some(Role::Production)),
            ("migration-backup-20250828/compose.yml", Some(Role::Template)),
            ("_trash_backup/Dockerfile", Some(Role::Template)),
            ("_old/compose.yml", Some(Role::Template)),
            ("backups/compose.yml", None),
            ("backups/sprint24-ready/scripts/deploy.sh", Some(Role::Template)),
            ("backup/2025-08-12/compose.yml", Some(Role::Template)),
            ("backup/postgres16/compose.yml", None),
            ("dashboard.env.backup", Some(Role::Template)),
            ("_site/compose.yml", None),
            ("backup-service/compose.yml", None),
            ("tests/fixtures/.env", Some(Role::Test)),
            (".ci/compose.yaml", Some(Role::Test)),
            ("loader/testdata/compose.yaml", Some(Role::Test)),
            (".devcontainer/compose.yaml", Some(Role::Development)),
            ("nginx/nginx.conf", None),
            ("nginx/conf.d/default.conf", None),
            ("nginx/templates/default.conf.template", None),
            ("nginx/templates/staging.conf.template", Some(Role::Staging)),
            ("assets/ssl-example/cert.pem", Some(Role::Template)),
            ("docker/deploy-example/prod/.prod.env", Some(Role::Template)),
            ("deploy/env-templates/.env.api", Some(Role::Template)),
            ("templates/shop.conf", None),
            ("dist/cert.pem", None),
            ("app_test/.env", Some(Role::Test)),
            ("latest/.env", None),
            ("local-food/.env", None),
            ("live-score/.env", None),
            ("override-moves-the-port/compose.yaml", None),
            ("local/.env", Some(Role::Development)),
        ] {
            assert_eq!(role_of(path), role, "{path}");
        }
        assert_eq!(role_above("shop/integration-tests/compose"), Some(Role::Test));
        assert_eq!(role_above("examples/shop"), None);
    }
}
