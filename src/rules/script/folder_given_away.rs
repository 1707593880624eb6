//! `script/folder-given-away`

use crate::model::Kind;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::source::below;

rule! {
    /// A folder belongs to root or to the web server, and a person is to write into it.
    ///
    /// ## Why
    /// What `sudo git clone` fetches belongs to root, and after `chown` a folder belongs to `www-data`. Package managers and builds that
    /// another user starts in it end with "Permission denied", and `git` refuses to work there.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /var/www
    /// sudo git clone https://git.example.org/shop.git
    /// sudo chown -R www-data:www-data shop
    /// cd shop
    /// composer install --no-dev
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^ script/folder-given-away
    /// | the folder belongs to root since `sudo git clone` above, so this may not write there
    /// | help: write `sudo chown -R "$USER": /var/www/shop` behind the clone, or put `sudo` in front
    /// # > sudo -u www-data composer install --no-dev
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /var/www
    /// sudo git clone https://git.example.org/shop.git
    /// sudo chown -R $USER:$USER shop
    /// cd shop
    /// composer install --no-dev
    /// sudo chown -R www-data:www-data /var/www/shop/storage
    /// composer dump-autoload
    /// ~~~
    /// ```
    /// ### Under a name of its own
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /var/www
    /// sudo git clone https://git.example.org/shop.git shop-app
    /// cd shop-app
    /// composer install --no-dev
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^ script/folder-given-away
    /// | the folder belongs to root since `sudo git clone` above, so this may not write there
    /// | help: write `sudo chown -R "$USER": /var/www/shop-app` behind the clone, or put `sudo` in front
    /// # > sudo composer install --no-dev
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo git clone https://git.example.org/shop.git /root/shop
    /// cd /root/shop
    /// npm ci
    /// ~~~
    /// ```
    /// ### Fetched by root
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo git clone https://git.example.org/shop.git /opt/shop
    /// cd /opt/shop
    /// npm ci
    /// ^^^^^^ script/folder-given-away
    /// | the folder belongs to root since `sudo git clone` above, so this may not write there
    /// | help: write `sudo chown -R "$USER": /opt/shop` behind the clone, or put `sudo` in front
    /// # > sudo npm ci
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo git clone https://git.example.org/shop.git /opt/shop
    /// sudo chown -R "$USER": /opt/shop
    /// cd /opt/shop
    /// npm ci
    /// ~~~
    /// ```
    /// ### In a later chapter
    /// ```markdown bad file=DEPLOYMENT.md
    /// ## Code
    ///
    /// ~~~bash
    /// sudo git clone https://git.example.org/shop.git /opt/shop
    /// ~~~
    ///
    /// ## Packages
    ///
    /// ~~~bash
    /// cd /opt/shop
    /// npm ci
    /// ^^^^^^ script/folder-given-away
    /// | the folder belongs to root since `sudo git clone` above, so this may not write there
    /// | help: write `sudo chown -R "$USER": /opt/shop` behind the clone, or put `sudo` in front
    /// # > sudo npm ci
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ## Code
    ///
    /// ~~~bash
    /// sudo git clone https://git.example.org/shop.git /opt/shop
    /// ~~~
    ///
    /// ## Permissions
    ///
    /// ~~~bash
    /// sudo chown "$USER" /opt/shop
    /// ~~~
    ///
    /// ## Packages
    ///
    /// ~~~bash
    /// cd /opt/shop
    /// npm ci
    /// ~~~
    /// ```
    /// ### The user of the service
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo useradd --system --shell /usr/sbin/nologin shop
    /// sudo mkdir -p /opt/shop && sudo chown shop:shop /opt/shop
    /// sudo -u shop git clone https://git.example.org/shop.git /opt/shop
    /// cd /opt/shop
    /// cp .env.example .env
    /// ^^ script/folder-given-away
    /// | the folder belongs to `shop`, who has fetched it above, so this may not write there
    /// | help: put `sudo -u shop` in front
    /// # > sudo -u shop cp .env.example .env
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo useradd --system --shell /usr/sbin/nologin shop
    /// sudo -u shop git clone https://git.example.org/shop.git /opt/shop
    /// sudo su - shop
    /// cd /opt/shop
    /// cp .env.example .env
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo adduser deploy
    /// sudo chown -R deploy:deploy /opt/shop
    /// cd /opt/shop
    /// npm ci
    /// ~~~
    /// ```
    /// ### Cloned into it
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo useradd --system --create-home --shell /bin/false shop
    /// sudo mkdir -p /opt/shop
    /// sudo chown shop:shop /opt/shop
    /// git clone https://git.example.org/shop.git /opt/shop
    /// ^^^ script/folder-given-away
    /// | the folder belongs to `shop` since the `chown` above, so this may not write there
    /// | help: do this first and give the folder away at the end, or put `sudo -u shop` in front
    /// # > sudo -u shop git clone https://git.example.org/shop.git /opt/shop
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo useradd --system --create-home --shell /bin/false shop
    /// sudo mkdir -p /opt/shop
    /// sudo chown $USER: /opt/shop
    /// git clone https://git.example.org/shop.git /opt/shop
    /// ~~~
    /// ```
    /// ### The update
    /// ```markdown bad file=DEPLOYMENT.md
    /// ## Permissions
    ///
    /// ~~~bash
    /// sudo chown -R www-data:www-data /var/www/shop
    /// ~~~
    ///
    /// ## Update
    ///
    /// ~~~bash
    /// cd /var/www/shop
    /// git pull
    /// ^^^^^^^^ script/folder-given-away
    /// | the folder belongs to `www-data` since the `chown` above, so this may not write there
    /// | help: do this first and give the folder away at the end, or put `sudo -u www-data` in front
    /// # > sudo -u www-data git pull
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ## Permissions
    ///
    /// ~~~bash
    /// sudo chown -R www-data:www-data /var/www/shop/storage
    /// ~~~
    ///
    /// ## Update
    ///
    /// ~~~bash
    /// cd /var/www/shop
    /// git pull
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ## Permissions
    ///
    /// ~~~bash
    /// sudo chown -R www-data:www-data /var/www/shop
    /// ~~~
    ///
    /// ## Update
    ///
    /// ~~~bash
    /// sudo -u www-data bash
    /// cd /var/www/shop
    /// git pull
    /// ~~~
    /// ```
    /// ### By root
    /// ```markdown bad file=DEPLOYMENT.md
    /// ## Permissions
    ///
    /// ~~~bash
    /// ssh root@203.0.113.7
    /// chown -R www-data:www-data /var/www/shop
    /// ~~~
    ///
    /// ## Update
    ///
    /// ~~~bash
    /// cd /var/www/shop
    /// git pull
    /// ^^^^^^^^ script/folder-given-away
    /// | git refuses to work here, for root as well: the folder belongs to `www-data` since the `chown` above
    /// | help: write `sudo -u www-data git pull`
    /// # > sudo -u www-data git pull
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ## Permissions
    ///
    /// ~~~bash
    /// ssh root@203.0.113.7
    /// chown -R www-data:www-data /var/www/shop
    /// git config --global --add safe.directory /var/www/shop
    /// ~~~
    ///
    /// ## Update
    ///
    /// ~~~bash
    /// cd /var/www/shop
    /// git pull
    /// npm ci
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ## Permissions
    ///
    /// ~~~bash
    /// ssh root@203.0.113.7
    /// chown -R www-data:www-data /var/www/shop/storage
    /// chown -R www-data:www-data /var/www/shop
    /// ~~~
    ///
    /// ## Update
    ///
    /// ~~~bash
    /// cd /var/www/shop
    /// chown -R root:root .
    /// git pull
    /// ~~~
    /// ```
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo chown -R www-data:www-data /var/www/shop
    /// cd /var/www/shop
    /// sudo git pull
    /// ^^^^^^^^^^^^^ script/folder-given-away
    /// | git refuses to work here, for root as well: the folder belongs to `www-data` since the `chown` above
    /// | help: write `sudo -u www-data git pull`
    /// # > sudo -u www-data git pull
    /// ~~~
    /// ```
    /// ### Folders of Laravel
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /var/www/shop
    /// sudo chown -R www-data:www-data storage bootstrap/cache
    /// sudo chmod -R 775 storage bootstrap/cache
    /// php artisan config:cache
    /// ^^^^^^^^^^^^^^^^^^^^^^^^ script/folder-given-away
    /// | the folder belongs to `www-data` since the `chown` above, so this may not write there
    /// | help: do this first and give the folder away at the end, or put `sudo -u www-data` in front
    /// # > sudo -u www-data php artisan config:cache
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /var/www/shop
    /// sudo usermod -aG www-data "$USER"
    /// sudo chown -R www-data:www-data storage bootstrap/cache
    /// sudo chmod -R 775 storage bootstrap/cache
    /// php artisan config:cache
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// cd /var/www/shop
    /// sudo chown -R www-data:www-data storage
    /// php artisan config:cache
    /// sudo chown -R "$USER":www-data storage bootstrap/cache
    /// php artisan view:cache
    /// ~~~
    /// ```
    "script/folder-given-away" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory"],
        check: Check::Commands(check),
    }
}

/// Users of servers, as which nobody logs in.
const SERVERS: [&str; 5] = ["www-data", "nginx", "apache", "http", "nobody"];

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let asked = check_git(commands, ctx, sink);
    if commands.kind != Kind::Guide || commands.may_be_root() {
        if !asked {
            sink.not_applicable();
        }
        return;
    }
    // Folder and user, as they are now.
    let mut given: Option<(String, &str, &Step)> = None;
    check_caches(commands, ctx, sink);
    let services = ctx.project.users_of_services(commands.file);
    let nobody = |owner: &str| SERVERS.contains(&owner) || services.iter().any(|user| user == owner);
    check_updates(commands, &nobody, ctx, sink);
    for step in commands.steps.iter().filter(|step| step.inside.is_none() && !step.contained) {
        if let Some(folder) = cloned_by_root(step) {
            given = Some((folder, "root", step));
            continue;
        }
        if let Some((owner, folder)) = cloned_by_other(step).filter(|(owner, _)| nobody(owner)) {
            given = Some((folder, owner, step));
            continue;
        }
        if step.name() == "chown" {
            // A folder that was just made has nothing in it: `-R` is not needed.
            let made = || commands.before(step).filter(|made| matches!(made.name(), "mkdir" | "install"));
            let fresh = |folder: &str| {
                made().any(|made| made.words.iter().any(|word| word.value.trim_end_matches('/') == folder))
            };
            let new = || folders_named(step).into_iter().filter(|(_, folder)| fresh(folder));
            if let Some((owner, folder)) = folders_handed(step).into_iter().chain(new()).next() {
                let to_server = nobody(owner) && step.is_by_sudo();
                let back =
                    given.as_ref().is_some_and(|(known, ..)| known.starts_with(&folder) || folder.starts_with(known));
                if to_server && !back {
                    given = Some((folder, owner, step));
                } else if !to_server && back {
                    given = None;
                }
            }
            continue;
        }
        let Some((folder, owner, chown)) = &given else { continue };
        let inner = |place: &str| below(place.trim_end_matches('/'), folder).is_some();
        // What was cloned there is the project itself from then on.
        let last = || commands.before(step).rfind(|other| other.name() == "cd" && other.span.start > chown.span.start);
        let named = |word: &str| folder.rsplit('/').next() == Some(word.trim_end_matches('/'));
        let inside =
            || last().and_then(|cd| cd.argv().get(1)).is_some_and(|word| inner(&word.value) || named(&word.value));
        let fetched = chown.name() == "git";
        let there = step.place.elsewhere.as_deref().map_or_else(|| fetched && inside(), inner);
        let into = cloned(step).is_some_and(|to| inner(&to));
        if step.shell != chown.shell || step.is_by_sudo() || !(there && writes(step) || into) {
            continue;
        }
        report(commands, step, (folder, owner, chown), sink);
        given = None;
    }
}

/// What root has git do in a tree that belongs to a server: git refuses to work for anybody else, and root is one of them
/// (`ensure_valid_ownership` in git's `setup.c` and `git-compat-util.h`; only the user in `SUDO_UID` is let in as well). Whether there is a guide to ask.
fn check_git(commands: &Commands, ctx: &Context, sink: &mut Sink) -> bool {
    let told = ctx.project.told_at(Span::new(commands.file, 0, 0)).file;
    let is_guide = commands.kind == Kind::Guide;
    let Some(guide) = ctx.project.guides().find(|guide| guide.file == told) else { return false };
    if !is_guide && (told == commands.file || commands.kind != Kind::Script) {
        return false;
    }
    if ctx.project.shares_group_of_server(told) {
        return true;
    }
    // Whoever types without `sudo`, and is not root, is the affair of the rest.
    let plain = !is_guide || commands.may_be_root();
    let own = ctx.project.steps_together(commands);
    let here = |step: &&Step| step.inside.is_none() && !step.contained && !step.remote;
    let chowns: Vec<&Step> = guide.chapters().flatten().filter(here).filter(|step| step.name() == "chown").collect();
    for step in own.into_iter().filter(here).filter(|step| step.name() == "git" && writes(step) && !step.has("-u")) {
        if !plain && !step.is_by_sudo() {
            continue;
        }
        let Some(place) = step.place.elsewhere.as_deref().map(|place| place.trim_end_matches('/')) else { continue };
        // The last one that has the whole tree counts; what a script does may come at any time.
        let before = chowns.iter().filter(|chown| !is_guide || chown.span.start < step.span.start);
        let mut whole = before.filter_map(|chown| {
            let (owner, _) = folders_handed(chown).into_iter().find(|(_, folder)| below(place, folder).is_some())?;
            Some((owner, *chown))
        });
        let Some((owner, chown)) = whole.next_back().filter(|(owner, _)| SERVERS.contains(owner)) else { continue };
        if is_guide && commands.is_of_script_of_guide(step) {
            continue;
        }
        let finding = sink.report(
            step.span,
            format!(
                "git refuses to work here, for root as well: the folder belongs to `{owner}` since the `chown` above"
            ),
        );
        finding
            .help(format!("write `sudo -u {owner} git {}`", step.argv().get(1).map_or("", |verb| verb.value.as_str())));
        finding.related(chown.span, "given away here");
        if commands.is_read_along() {
            finding.severity(Low);
        }
        break;
    }
    true
}

/// What a person does in a tree that an earlier chapter has given away: the update of a guide, whose chapter on permissions comes first.
fn check_updates(commands: &Commands, nobody: &dyn Fn(&str) -> bool, ctx: &Context, sink: &mut Sink) {
    check_chapters(commands, nobody, true, ctx, sink, |step, given| {
        let place = step.place.elsewhere.as_deref()?.trim_end_matches('/');
        let tree = given.iter().find(|(known, ..)| below(place, known).is_some())?;
        (writes(step) && step.shell != tree.2.shell).then_some(tree)
    });
}

/// The caches of Laravel that a person writes after their folders were given away, in whatever chapter.
fn check_caches(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let of_server = |owner: &str| SERVERS.contains(&owner);
    check_chapters(commands, &of_server, false, ctx, sink, |step, given| {
        let cache = cache_of_laravel(step)?;
        given.iter().find(|(known, ..)| below(&cache, known).is_some())
    });
}

/// A folder that was given away, its user, and the command that did it.
type Given<'a> = (String, &'a str, &'a Step);

/// Whether a command lets others write into folders, or takes the folders away: from then on nothing is certain of them.
fn opens(step: &Step) -> bool {
    matches!(step.name(), "chmod" | "setfacl" | "mv" | "rm" | "rsync")
        || step.is("cp", &["-r"])
        || step.is("cp", &["-a"])
}

/// Reports the first command without `sudo` in all chapters that meets a folder which is given away at that time. `fetched`: those count,
/// too, that root has cloned.
fn check_chapters(
    commands: &Commands,
    nobody: &dyn Fn(&str) -> bool,
    fetched: bool,
    ctx: &Context,
    sink: &mut Sink,
    meets: impl for<'g, 'a> Fn(&Step, &'g [Given<'a>]) -> Option<&'g Given<'a>>,
) {
    let steps = ctx.project.steps_of_chapters(commands);
    if steps.is_empty() || ctx.project.shares_group_of_server(commands.file) {
        return;
    }
    let mut given: Vec<Given> = Vec::new();
    for step in steps {
        if step.inside.is_some() || step.contained || step.remote || commands.is_of_script_of_guide(step) {
            continue;
        }
        if step.name() == "chown" {
            let own = folders_handed(step);
            given.retain(|(known, ..)| !own.iter().any(|(_, folder)| below(known, folder).is_some()));
            // What is written into the folder itself needs no `-R`.
            let named = folders_named(step);
            given.retain(|(known, owner, _)| *owner != "root" || !named.iter().any(|(_, folder)| folder == known));
            let away = own.into_iter().filter(|(owner, _)| nobody(owner) && step.is_by_sudo());
            given.extend(away.map(|(owner, folder)| (folder, owner, step)));
            continue;
        }
        // `sudo git clone`, and npm as a person in a later chapter.
        if fetched && let Some(folder) = cloned_by_root(step) {
            given.push((folder, "root", step));
        }
        if opens(step) {
            given.retain(|(_, owner, _)| *owner != "root");
        }
        if step.is_by_sudo() {
            continue;
        }
        if let Some((folder, owner, chown)) = meets(step, &given) {
            return report(commands, step, (folder, owner, chown), sink);
        }
    }
}

fn report(commands: &Commands, step: &Step, (folder, owner, chown): (&str, &str, &Step), sink: &mut Sink) {
    let (message, help) = match owner {
        "root" => (
            "the folder belongs to root since `sudo git clone` above, so this may not write there".to_owned(),
            format!("write `sudo chown -R \"$USER\": {folder}` behind the clone, or put `sudo` in front"),
        ),
        owner if chown.name() == "git" => (
            format!("the folder belongs to `{owner}`, who has fetched it above, so this may not write there"),
            format!("put `sudo -u {owner}` in front"),
        ),
        owner => (
            format!("the folder belongs to `{owner}` since the `chown` above, so this may not write there"),
            format!("do this first and give the folder away at the end, or put `sudo -u {owner}` in front"),
        ),
    };
    // The name of what is copied or cloned says nothing of what is meant.
    let named = step.name() == "cp" || cloned(step).is_some();
    let span = if named { step.argv().first().map_or(step.span, |word| word.span) } else { step.span };
    let finding = sink.report(span, message).help(help);
    finding.related(chown.span, "given away here");
    if commands.is_read_along() {
        finding.severity(Low);
    }
}

/// The folder that a command of Laravel writes a cache to.
fn cache_of_laravel(step: &Step) -> Option<String> {
    let [_, artisan, verb, ..] = step.argv() else { return None };
    let folder = match (artisan.value.as_str(), verb.value.as_str()) {
        ("artisan", "config:cache" | "route:cache" | "event:cache" | "optimize") => "bootstrap/cache",
        ("artisan", "view:cache") => "storage/framework/views",
        _ => return None,
    };
    let place = step.place.elsewhere.as_deref().filter(|_| step.name().starts_with("php"))?;
    Some(format!("{}/{folder}", place.trim_end_matches('/')))
}

/// The folder that `sudo git clone` makes.
fn cloned_by_root(step: &Step) -> Option<String> {
    cloned(step).filter(|_| step.is_by_sudo() && !step.has("-u"))
}

/// The user and the folder of `sudo -u shop git clone`.
fn cloned_by_other(step: &Step) -> Option<(&str, String)> {
    let at = step.words.iter().position(|word| word.value == "-u").filter(|_| step.is_by_sudo())?;
    let user = step.words.get(at + 1)?;
    Some((&user.value, cloned(step)?))
}

/// The folder that a clone goes to.
fn cloned(step: &Step) -> Option<String> {
    let clones = step.is("git", &["clone"]);
    let mut words = step.argv().iter().skip(2).filter(|word| clones && !word.value.starts_with('-'));
    let (from, to) = (words.find(|word| word.value.contains(['/', ':', '<', '{']))?, words.next());
    // Whoever gets in there is root.
    if to.is_some_and(|to| to.value.starts_with("/root/"))
        || step.place.elsewhere.as_deref().is_some_and(|own| own.starts_with("/root"))
    {
        return None;
    }
    let name = from.value.rsplit(['/', ':']).next().unwrap_or_default();
    let path = to.map_or(name.strip_suffix(".git").unwrap_or(name), |to| to.value.as_str()).trim_end_matches('/');
    match step.place.elsewhere.as_deref() {
        _ if path.starts_with('/') => Some(path.to_owned()),
        Some(place) if path == "." => Some(place.trim_end_matches('/').to_owned()),
        Some(place) if !path.is_empty() => Some(format!("{}/{path}", place.trim_end_matches('/'))),
        _ => None,
    }
}

/// The user and each folder of a `chown -R`.
fn folders_handed(step: &Step) -> Vec<(&str, String)> {
    let whole = step.has_short('R') || step.has("--recursive");
    if whole { folders_named(step) } else { Vec::new() }
}

/// The user and each folder that a `chown` names.
fn folders_named(step: &Step) -> Vec<(&str, String)> {
    let mut words = step.arguments().iter().filter(|word| !word.value.starts_with('-'));
    let Some(owner) = words.next() else { return Vec::new() };
    let user = owner.value.split(':').next().unwrap_or_default();
    let folder = |path: &str| match (path.starts_with('/'), step.place.elsewhere.as_deref()) {
        (true, _) => Some(path.to_owned()),
        (false, Some(place)) if path == "." => Some(place.to_owned()),
        (false, Some(place)) => Some(format!("{}/{}", place.trim_end_matches('/'), path.trim_start_matches("./"))),
        (false, None) => None,
    };
    let folders = words.filter_map(|path| Some((user, folder(&path.value)?.trim_end_matches('/').to_owned())));
    folders.collect()
}

/// Whether a command writes into the folder it runs in.
fn writes(step: &Step) -> bool {
    let verb = step.argv().get(1).map_or("", |word| word.value.as_str());
    match step.name() {
        "composer" => matches!(verb, "install" | "update" | "require"),
        "npm" | "pnpm" | "yarn" | "bun" => matches!(verb, "ci" | "install" | "i" | "run" | "build" | ""),
        "git" => matches!(verb, "pull" | "fetch" | "checkout" | "reset"),
        "python" | "python3" => step.has("venv"),
        "cp" => step
            .arguments()
            .last()
            .is_some_and(|to| !to.value.starts_with(['/', '~', '$', '.']) || to.value.starts_with(".env")),
        _ => false,
    }
}
