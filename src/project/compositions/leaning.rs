//! What shows that Compose files whose names say nothing were written for the machines of the people who work on the project.

use super::is_override;
use super::parts::Parts;
use super::sets::{Set, Sets};
use super::visited::published;
use crate::model::compose::{
    Made, arguments, commands, commands_of, has_key, ingredients, made, texts, variables, variables_of,
};
use crate::model::env::{stage, urls};
use crate::model::image::{Dockerfile, ImageRef, Store};
use crate::model::program::for_development;
use crate::model::{Host, Kind};
use crate::secret::{Holds, Limits, Secret, Weakness};
use crate::source::{Cut, FileId, Reason, Role, Sign, directory, join, role_of};
use crate::syntax::shell::{self, Word, base_name};
use crate::syntax::yaml::File;

/// These stand in for what a program under development would reach: they take its mail, so that it goes to nobody, or answer in
/// place of a service or a cloud.
const STAND_INS: [&str; 13] = [
    "mailhog",
    "mailpit",
    "maildev",
    "mailcatcher",
    "smtp4dev",
    "wiremock",
    "mockserver",
    "localstack",
    "azurite",
    "fake-gcs-server",
    "dynamodb-local",
    "stripe-mock",
    "moto",
];

/// How people who write no English say at the top of a file that it is for development: Chinese, Japanese, Korean, Russian,
/// Spanish, Portuguese, French, German.
const ELSEWHERE_DEVELOPED: [&str; 16] = [
    "开发环境",
    "本地开发",
    "开发模式",
    "开发者本地",
    "開發環境",
    "本地開發",
    "開発環境",
    "開発用",
    "개발 환경",
    "개발용",
    "для разработки",
    "среда разработки",
    "desarrollo",
    "desenvolvimento",
    "développement",
    "entwicklung",
];

/// How they say production or server.
pub(super) const ELSEWHERE_SHIPPED: [&str; 16] = [
    "生产",
    "生產",
    "正式",
    "线上",
    "線上",
    "服务器",
    "伺服器",
    "本番",
    "운영",
    "продакшн",
    "продакшен",
    "сервер",
    "producción",
    "produção",
    "produktion",
    "serveur",
];

/// How the top of a file for development says that it is for nothing else.
const NOT_PRODUCTION: [&str; 15] = [
    "not a production",
    "not for production",
    "not production",
    "not suitable for production",
    "not use in production",
    "don't use in production",
    "never in production",
    "not meant for production",
    "development only",
    "development/testing only",
    "development and testing only",
    "for local testing only",
    "only for development",
    "only for local development",
    "only be used for development",
];

/// Words in the names of variables that hold where visitors find the site.
const OWN_ADDRESSES: [&str; 9] =
    ["DOMAIN", "ORIGIN", "CORS", "PUBLIC", "SITE", "APP_URL", "FRONTEND", "NEXTAUTH_URL", "VIRTUAL_HOST"];

/// Variables that have programs look again and again whether their sources were changed, where a mount of Docker Desktop tells
/// them nothing: chokidar, watchfiles of uvicorn, watchpack of Next.js and webpack.
const POLLING: [&str; 4] =
    ["CHOKIDAR_USEPOLLING", "WATCHFILES_FORCE_POLLING", "WATCHPACK_POLLING", "CHOKIDAR_INTERVAL"];

/// How the names of variables begin that pages in the browsers of visitors have: `localhost` is the visitor's own machine there.
const BAKED: [&str; 5] = ["REACT_APP_", "VITE_", "NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_"];

impl Sets<'_> {
    /// Whether it is seen of what a set is made of, and of the chapters that tell of it, that it is for developers. One thing
    /// alone may be a mistake on a server, so there must be several; and more where nothing shows how else users get the program,
    /// and nothing is meant for developers without doubt. There the report asks (`Project::shows_nothing_that_ships`).
    pub(super) fn is_clearly_of_developers(
        &self,
        set: &Set,
        parts: &Parts,
        otherwise: &dyn Fn() -> bool,
    ) -> Option<Reason> {
        let files = || set.plan.files.iter();
        let by_program = set.run && !self.is_started_by_people(set);
        if by_program || set.deployed || files().any(|file| self.tree(*file).is_none_or(is_for_a_server)) {
            return None;
        }
        if files().any(|file| denies_production(self.top(*file)) || self.builds_for_development_alone(*file)) {
            return Some(Sign::Denied.into());
        }
        let trees = || files().filter_map(|file| self.tree(*file));
        let taught = usize::from(set.taught_to_developers == Some(true));
        let meant = taught + files().map(|file| self.meant_for_development(*file)).sum::<usize>();
        let found = self.is_usual(set) && !otherwise() && self.is_found_at_home(set);
        let only_found = meant == 0 && found;
        let meant = meant + usize::from(found);
        let everywhere = |is_so: fn(&File) -> bool| usize::from(trees().any(is_so));
        let everywhere = everywhere(serves_everywhere) + everywhere(is_staged_everywhere);
        let forgotten: usize = trees().map(switched_to_development).sum();
        let forgotten = forgotten + files().filter(|file| self.builds_reloading(**file)).count();
        let strong = meant + everywhere + forgotten;
        let fleeting = trees().all(is_fleeting);
        let leanings = trees().map(leanings).sum::<usize>();
        let weak = leanings + usize::from(fleeting);
        let stores = usize::from(parts.are_stores() && self.has_program());
        let careful: usize = trees().map(precautions).sum();
        // A script that people call may be called on the server.
        let beyond = (strong + weak + stores).saturating_sub(1 + careful + usize::from(set.run));
        let several = strong > 0 && beyond > 0 && (meant > 0 || (fleeting || strong > 1) && beyond > 1 || otherwise());
        let met = trees().any(is_met_by_visitors);
        let kept_up = met && trees().any(lasts);
        // Nobody means both for a server: the sources as they lie here, and a program that is told to be in development.
        let edited = strong > 0 && !kept_up && trees().any(mounts_sources);
        // The program of the server may run beside its containers, or the stores may be all there is.
        let alone = || parts.are_stores() && (self.runs_on_host() || !self.has_program());
        let seems = || fleeting && !alone();
        let far = beyond > 2 + usize::from(met) && (strong > 0 || seems());
        let shown = several
            || edited && careful + usize::from(set.run) == 0
            || far
            || !set.run && self.has_override_for_development(set);
        let sign = || match () {
            () if only_found => Sign::Found,
            () if meant > 0 => Sign::Meant,
            () if forgotten > 0 => Sign::Switched,
            () if trees().any(mounts_sources) => Sign::Mounted,
            () => Sign::Settings,
        };
        shown.then(|| sign().into())
    }

    /// Whether something in a file says outright that it is for developers.
    pub(super) fn says_development(&self, file: FileId) -> bool {
        self.meant_for_development(file) > 0
            || self.tree(file).is_some_and(|tree| switched_to_development(tree) > 0)
            || self.builds_reloading(file)
    }

    /// Whether an image that is built for a file, and has the sources mounted over what was built, starts a server for development:
    /// `CMD ["air"]`.
    fn builds_reloading(&self, file: FileId) -> bool {
        let Some(tree) = self.tree(file) else { return false };
        let folder = directory(self.path(file));
        let mounted = |context: &str| {
            let starts =
                [format!("{}:/", context.trim_end_matches('/')), format!("{}/:/", context.trim_end_matches('/'))];
            texts(tree, "volumes").iter().any(|mount| starts.iter().any(|start| mount.starts_with(start)))
        };
        let reloads = |context: &str| {
            let command = self.dockerfile_in(folder, context).and_then(|built| built.stages.last()?.command.as_ref());
            command.is_some_and(|command| for_development(&command.words()).is_some())
        };
        let made = made(tree);
        made.iter()
            .filter(|made| commands_of(tree, made.name).is_empty())
            .any(|made| made.context.is_some_and(|context| mounted(context) && reloads(context)))
    }

    /// Whether what is built for a file says at its top that it is for nothing but development.
    fn builds_for_development_alone(&self, file: FileId) -> bool {
        let folder = directory(self.path(file));
        let contexts = self.tree(file).map_or(Vec::new(), made).into_iter().filter_map(|made| made.context);
        let mut built = contexts.filter_map(|context| self.dockerfile_in(folder, context));
        built.any(|built| denies_production(self.top(built.file)))
    }

    /// The Dockerfile that is built where nothing names another one, as a file in a folder says the context.
    fn dockerfile_in(&self, folder: &str, context: &str) -> Option<&Dockerfile> {
        let path = join(&join(folder, context), "Dockerfile");
        self.project.dockerfiles.iter().find(|built| self.project.look(1) && built.path == path)
    }

    /// How many things in a file nobody takes to a server by mistake: the comment at its top, a stage `dev` or an `.env.dev`,
    /// files of a folder `dev`, a database called `shop_dev`, a mail catcher.
    fn meant_for_development(&self, file: FileId) -> usize {
        let headed = self.is_headed_development(file);
        let said = [headed, headed && self.is_titled_development(file), self.is_listed_as_development(file)];
        let top = said.into_iter().filter(|is_said| *is_said).count();
        let Some(tree) = self.tree(file) else { return top };
        let given = variables(tree);
        let named = given.iter().any(|(name, value)| names_database(name) && is_called_development(value));
        let built = ingredients(tree).into_iter().filter_map(role_of).max() == Some(Role::Development);
        let source = |mount: &&str| mount.starts_with('.') && !mount.starts_with("./:") && !mount.starts_with(".:");
        let mounts = texts(tree, "volumes").into_iter().filter(source).filter_map(|mount| mount.split(':').next());
        // A pattern that lies in the folder of the developers is theirs.
        let role =
            |path: &str| role_of(path).filter(|role| *role != Role::Template).or_else(|| role_of(directory(path)));
        let given_files = mounts.clone().filter_map(role).max() == Some(Role::Development);
        let stands_in = made(tree).iter().filter_map(|made| made.image).any(stands_in);
        let hosts = routes(tree);
        let routed_here = !hosts.is_empty() && hosts.iter().all(|host| Host::is_loopback(host));
        top + [named, built, given_files, stands_in, is_kept_open(tree), has_parts_for_development(tree), routed_here]
            .into_iter()
            .filter(|is_said| *is_said)
            .count()
    }

    /// Whether the first words of a file are its name, and that it is for development: `# compose.yaml - local development`.
    fn is_titled_development(&self, file: FileId) -> bool {
        let name = base_name(self.path(file));
        let titles = self.top(file).lines().filter(|line| line.contains(name)).take(1);
        speak_of_development(&titles.collect::<Vec<_>>())
    }

    /// Whether the comment at the top of a file speaks of development and of nothing else.
    fn is_headed_development(&self, file: FileId) -> bool {
        speak_of_development(&self.top(file).lines().collect::<Vec<_>>())
    }

    /// The comment at the top of a file.
    fn top(&self, file: FileId) -> &str {
        top(self.project.source(file).text())
    }

    /// Whether Compose puts a file on top that says at its top that it is for development, and others put something else there.
    fn has_override_for_development(&self, set: &Set) -> bool {
        let [base, over] = set.plan.files[..] else { return false };
        let headed = set.default && is_override(self.path(over)) && self.is_headed_development(over);
        let without = |other: &Set| other.plan.files.contains(&base) && !other.plan.files.contains(&over);
        headed && self.list.iter().any(|other| self.project.look(1) && without(other))
    }

    /// Whether the picture of the folders in a guide says so of it, `├── compose.yaml  # development`, or a list of the files does:
    /// `` - `compose.yaml` - local development ``.
    fn is_listed_as_development(&self, file: FileId) -> bool {
        let path = self.path(file);
        let said = |line: &str| {
            let drawn = line.strip_prefix("├── ").or_else(|| line.strip_prefix("└── "));
            let own = drawn.or_else(|| line.trim_start().strip_prefix(['-', '*', '|'])).map(bare)?;
            let remark = bare(own.strip_prefix(path)?);
            Some(remark.strip_prefix(['#', '←', '-', '–', '—', ':', '|'])?.to_owned())
        };
        let guides = self.project.documents.iter().filter(|document| document.class.kind == Kind::Guide);
        let texts = guides.filter(|_| !path.contains('/')).map(|document| document.source.text());
        let mut pictured = texts.filter(|text| self.project.look(1 + text.len() / 4096) && text.contains(path));
        pictured.any(|text| text.lines().filter_map(said).any(|remark| speak_of_development(&[&remark])))
    }
}

/// What is left without spaces and marks of Markdown.
fn bare(text: &str) -> &str {
    text.trim_start_matches([' ', '`', '*'])
}

/// The comment at the top of a text; the line `version:`, which Compose passes over, may stand in front of it.
pub(in crate::project) fn top(text: &str) -> &str {
    let is_passed = |line: &&str| line.starts_with(['#', '\u{feff}']) || line.starts_with("version:");
    let is_top = |line: &&str| is_passed(line) || matches!(line.trim(), "" | "---");
    let end: usize = text.split_inclusive('\n').take_while(is_top).map(str::len).sum();
    text.cut(..end)
}

/// Whether a comment says that this is not for production.
pub(in crate::project) fn denies_production(comment: &str) -> bool {
    let comment = comment.to_ascii_lowercase();
    NOT_PRODUCTION.iter().any(|no| comment.contains(no))
}

/// Whether lines of a comment speak of development and of nothing else.
fn speak_of_development(lines: &[&str]) -> bool {
    let says = |words: &[&str]| lines.iter().any(|line| words.iter().any(|word| line.to_lowercase().contains(word)));
    if says(&ELSEWHERE_SHIPPED) {
        return false;
    }
    let words: Vec<String> = lines
        .iter()
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_ascii_lowercase)
        .filter(|word| Role::parse(word).is_some())
        .collect();
    let is_said = |word: &String| matches!(word.as_str(), "development" | "dev" | "local");
    let named = words.iter().any(|word| *word != "local") || says(&ELSEWHERE_DEVELOPED);
    named && words.iter().all(is_said)
}

/// How many switches of a file stand on development, which people forget on servers, too: a server that reads its sources again
/// when they change, `APP_ENV=development` or settings of Xdebug, pages that ask the visitor's own machine, files that are watched.
fn switched_to_development(tree: &File) -> usize {
    let serves = commands(tree).iter().any(|words| for_development(words).is_some());
    let (given, arguments) = (variables(tree), arguments(tree));
    let is_stage =
        |(name, value): &(&str, &str)| stage(name, value) == Some(Role::Development) || name.starts_with("XDEBUG_");
    let staged = given.iter().chain(&arguments).any(is_stage);
    let asks_visitor = |(name, value): &(&str, &str)| {
        let baked = BAKED.iter().any(|start| name.starts_with(start)) && !value.contains("${");
        baked && urls(value).iter().any(|url| Host::is_loopback(url.host))
    };
    let only_here = given.iter().chain(&arguments).any(asks_visitor);
    let polls = given.iter().any(|(name, value)| POLLING.contains(name) && !matches!(*value, "false" | "0" | ""));
    [serves, staged, only_here, polls, has_key(tree, "develop")].into_iter().filter(|is_so| *is_so).count()
}

/// Whether a service, or its container, is called `api-dev`, and none stands beside it that is called `api`.
fn has_parts_for_development(tree: &File) -> bool {
    let made = made(tree);
    let bare =
        |name: &str| -> String { name.split(['_', '-']).filter(|word| !is_dev(word)).collect::<Vec<_>>().join("-") };
    let named = |name: &str| name.contains(['_', '-']) && name.split(['_', '-']).any(is_dev);
    let twin = |name: &str| made.iter().any(|other| !named(other.name) && bare(other.name) == bare(name));
    let mut called = made.iter().filter(|made| named(made.name) || made.container.is_some_and(named));
    called.any(|part| !named(part.name) || !twin(part.name))
        && !made.iter().any(|made| matches!(role_of(made.name), Some(Role::Production | Role::Staging)))
}

/// Whether several services are built, and all of them run servers for development in place of what their images start.
fn serves_everywhere(tree: &File) -> bool {
    let mut built = 0;
    let serves = |words: &Vec<String>| for_development(words).is_some();
    for (name, _) in made(tree).iter().filter_map(|made| Some((made.name, made.context?))) {
        built += 1;
        if !commands_of(tree, name).iter().any(serves) {
            return false;
        }
    }
    built > 1
}

/// Whether several services are built, and each of them is told that it is in development.
fn is_staged_everywhere(tree: &File) -> bool {
    let staged =
        |name: &str| variables_of(tree, name).iter().any(|(name, value)| stage(name, value) == Some(Role::Development));
    let made = made(tree);
    let mut built = made.iter().filter(|made| made.context.is_some()).map(|made| made.name).peekable();
    let first = built.next();
    first.is_some() && built.peek().is_some() && first.into_iter().chain(built).all(staged)
}

/// Whether a file has what nobody writes for himself: a stage, a domain, limits.
fn is_for_a_server(tree: &File) -> bool {
    let given = variables(tree);
    let staged = given.iter().any(|(name, value)| stage(name, value) == Some(Role::Production));
    let own = given.iter().filter(|(name, _)| OWN_ADDRESSES.iter().any(|word| name.contains(word)));
    let public = own.flat_map(|(_, value)| urls(value)).any(|url| Host::of(url.host) == Host::Public);
    let routed = routes(tree).iter().any(|host| !Host::is_loopback(host));
    let limited = ["deploy", "mem_limit"].iter().any(|key| has_key(tree, key));
    staged || public || routed || limited
}

/// The hosts that labels have routes for: `` Host(`shop.de`) ``.
fn routes(tree: &File) -> Vec<&str> {
    let labels = texts(tree, "labels").into_iter();
    labels
        .flat_map(|label| label.split("Host(").skip(1))
        .filter_map(|rest| rest.split(['`', '"', '\'']).nth(1))
        .collect()
}

/// How many things a file has that are written with a server in mind, and by careful people for themselves: values that must
/// be given, ports for the machine alone.
fn precautions(tree: &File) -> usize {
    let demanded = variables(tree).iter().any(|(_, value)| value.contains(":?"));
    let closed = texts(tree, "ports").iter().any(|port| port.starts_with("127.0.0.1:"));
    usize::from(demanded) + usize::from(closed)
}

/// How many things a file has that developers write more often for themselves, less those that they leave out.
fn leanings(tree: &File) -> usize {
    let given = variables(tree);
    let local = given.iter().flat_map(|(_, value)| urls(value)).any(|url| Host::is_loopback(url.host));
    let mounted = mounts_sources(tree);
    let overlaid =
        texts(tree, "volumes").iter().any(|mount| mount.starts_with('/') && mount.ends_with("/node_modules"));
    let ports = texts(tree, "ports");
    let known = stores(tree).filter_map(|made| Store::of(&ImageRef::parse(made.image?).name));
    let published = known.flat_map(|store| &store.ports).any(|own| {
        let end = format!(":{own}");
        ports.iter().any(|port| port.ends_with(&end))
    });
    let signs =
        [local, mounted, overlaid, published, opens_with_known_words(tree), keeps_nothing(tree), installs(tree)];
    signs.into_iter().filter(|is_so| *is_so).count().saturating_sub(usize::from(lasts(tree)))
}

/// Whether sources are mounted: the folder that is built, or any folder where the sources of a built image usually are.
fn mounts_sources(tree: &File) -> bool {
    const USUAL: [&str; 8] =
        ["/app", "/code", "/src", "/srv/app", "/usr/src/app", "/var/www", "/var/www/html", "/workspace"];
    let built: Vec<&str> = made(tree).iter().filter_map(|made| made.context).collect();
    let source = |mount: &&str| {
        let (from, to) = mount.split_once(':').unwrap_or((mount, ""));
        let from = from.trim_end_matches('/');
        let to = to.split(':').next().unwrap_or(to).trim_end_matches('/');
        from == "."
            || from.ends_with("/src")
            || built.iter().any(|context| context.trim_end_matches('/') == from)
            || !built.is_empty() && from.starts_with('.') && USUAL.contains(&to)
    };
    texts(tree, "volumes").iter().any(source)
}

/// Whether a container does nothing, so that people may work in it: `tail -f /dev/null`.
fn is_kept_open(tree: &File) -> bool {
    let does_nothing = |words: &Vec<String>| match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tail", "-f" | "-F", file] => file == "/dev/null",
        ["sleep", time] => time == "infinity",
        _ => false,
    };
    commands(tree).iter().any(does_nothing)
}

/// Whether something is started again when it ends.
fn lasts(tree: &File) -> bool {
    texts(tree, "restart").iter().any(|restart| *restart != "no") || has_key(tree, "deploy")
}

/// Whether nothing is started again when it ends, and visitors meet nothing at the ports of the web.
fn is_fleeting(tree: &File) -> bool {
    !lasts(tree) && !is_met_by_visitors(tree)
}

/// Whether something is published at 80 or 443, or has the network of the host.
fn is_met_by_visitors(tree: &File) -> bool {
    published(tree).any(|port| matches!(port, 80 | 443)) || texts(tree, "network_mode").contains(&"host")
}

/// Whether a data store opens with a word that everybody tries first.
fn opens_with_known_words(tree: &File) -> bool {
    let guessed = |given: &[(&str, &str)]| {
        let known: Vec<&str> = given.iter().filter(|(name, _)| names_database(name)).map(|(_, value)| *value).collect();
        let mut words = given.iter().filter(|(name, _)| name.ends_with("PASSWORD"));
        words.any(|(name, value)| {
            let usual = value.split_once(":-").map_or(*value, |(_, usual)| usual.trim_end_matches('}'));
            let secret = Secret { known: &known, ..Secret::new(Holds::Password, name, usual) };
            let weakness = secret.weakness(&Limits::default());
            matches!(weakness, Some(Weakness::Placeholder | Weakness::Default(_) | Weakness::Weak(_)))
        })
    };
    stores(tree).any(|made| guessed(&variables_of(tree, made.name)))
}

/// Whether a data store has no volume: it starts empty whenever its container is made anew.
fn keeps_nothing(tree: &File) -> bool {
    stores(tree).any(|made| !made.has_volumes)
}

/// Whether libraries are installed whenever a container starts.
fn installs(tree: &File) -> bool {
    const INSTALLERS: [&str; 7] = ["npm", "yarn", "pnpm", "bun", "pip", "composer", "bundle"];
    let is_one = |words: &[Word]| {
        let mut pairs = words.windows(2);
        pairs.any(|pair| INSTALLERS.contains(&&*pair[0].text) && matches!(&*pair[1].text, "install" | "ci"))
    };
    commands(tree).iter().flat_map(|words| shell::run(words)).any(|command| is_one(&command.words))
}

/// The services that are data stores.
fn stores(tree: &File) -> impl Iterator<Item = Made<'_>> {
    let is_store = |image: &str| Store::of(&ImageRef::parse(image).name).is_some();
    made(tree).into_iter().filter(move |made| made.image.is_some_and(is_store))
}

/// Whether a variable holds the name of a database or of who uses it.
fn names_database(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    matches!(last, "DB" | "DATABASE" | "DBNAME" | "USER") || name.ends_with("DB_NAME")
}

/// `shop_dev`, `dev`, `local-shop`.
fn is_called_development(value: &str) -> bool {
    value.split(['_', '-', '.']).any(|word| matches!(word, "dev" | "development" | "local"))
}

fn is_dev(word: &str) -> bool {
    matches!(word, "dev" | "development")
}

fn stands_in(image: &str) -> bool {
    let image = ImageRef::parse(image);
    STAND_INS.contains(&image.name.rsplit('/').next().unwrap_or(&image.name))
}
