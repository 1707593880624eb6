//! Which nginx files belong together: includes resolved within the project.
//!
//! nginx reads an include relative to the directory of its main file, wherever the including file is
//! (`ngx_conf_include`, `ngx_conf_full_name`). In a container that directory is `/etc/nginx`; Compose mounts say which
//! folder of the project is put there, else it is the folder of the project's `nginx.conf`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::Project;
use super::locate::Agreed;
use crate::model::compose::ServiceId;
use crate::model::nginx::{
    Config, Effective, Expanded, Included, Kind, Loaded, Location, NginxFile, Place, Problem, Server, build, expand,
    load,
};
use crate::model::{Known, Tree};
use crate::source::{Budget, Cut, FileId, Gap, NamePattern, Presence, Span, Spanned, Why, directory, join, normalize};
use crate::syntax::nginx::{Directive, File, table};
use crate::syntax::shell::base_name;
use crate::threads::{is_much, within};

/// The nginx configurations of a project.
#[derive(Default, Debug)]
pub struct Configs {
    /// A configuration for each file that nobody includes.
    pub list: Vec<Config>,
    /// What they say of each file.
    standing: BTreeMap<FileId, Standing>,
    /// The files that they include and that were not taken for nginx's, each where it is named.
    pub unread: Vec<Spanned<String>>,
}

impl Configs {
    pub fn new(project: &Project) -> Self {
        if project.nginx.is_empty() {
            return Configs::default();
        }
        let joiner = Joiner::new(project);
        let (list, standing) = joiner.run();
        let unread = joiner.unread.into_inner().unwrap_or_else(PoisonError::into_inner);
        Configs { list, standing, unread }
    }
}

impl Project {
    /// Where the content of an nginx file stands: the places it is included at, else the one its directives fit best.
    pub fn places<'a>(&'a self, nginx: &'a NginxFile) -> &'a [Place] {
        let standing = self.configs.standing.get(&nginx.file).filter(|standing| standing.included);
        standing.map_or(std::slice::from_ref(&nginx.place), |standing| &standing.places)
    }

    /// The nginx configurations, block by block.
    pub fn nginx_trees(&self) -> Vec<Expanded<'_>> {
        self.configs().iter().map(|config| self.nginx_tree(config)).collect()
    }

    /// The same of one configuration.
    pub fn nginx_tree(&self, config: &Config) -> Expanded<'_> {
        config.tree.open(config.file, &|file| self.nginx_file(file))
    }

    /// The configuration that a tree is of; `None` where its servers count as those of another one.
    pub fn config_in(&self, tree: &Expanded) -> Option<&Config> {
        let mut servers = tree.named("server").filter(|(_, node)| node.place == Place::Http);
        let (_, server) = servers.find(|(_, node)| node.directive.block.is_some())?;
        self.config_with(server.directive.name.span).filter(|config| config.file == tree.file)
    }

    /// Where a directive is commented out in a block.
    pub fn commented_out(&self, block: Span, directive: &str) -> Option<Span> {
        let text = self.source(block.file).text();
        let comments = self.nginx_file(block.file)?.comments.iter();
        let mut inside = comments.filter(|comment| block.start <= comment.start && comment.end <= block.end);
        let is_it = |comment: &&Span| {
            let said = text.cut(comment.range()).trim_start_matches(['#', ' ', '\t']);
            said.strip_prefix(directive).is_some_and(|rest| rest.starts_with([' ', '\t']))
        };
        inside.find(is_it).copied()
    }

    /// Whether another nginx file includes this one.
    pub(super) fn is_included(&self, file: FileId) -> bool {
        self.configs.standing.get(&file).is_some_and(|standing| standing.included)
    }

    /// An nginx file as written.
    pub(super) fn nginx_tree_of(&self, file: FileId) -> Option<&File> {
        self.nginx_file(file)
    }

    /// An nginx file as written.
    pub(super) fn nginx_file(&self, file: FileId) -> Option<&File> {
        match &self.documents.get(file.index())?.tree {
            Tree::Nginx(file) => Some(file),
            _ => None,
        }
    }

    /// The directives of a name that are in effect at a level of a server: its own, or that of a location. What is around a
    /// fragment counts as empty.
    pub fn in_effect<'a>(&'a self, server: &Server, level: u32, name: &str) -> Effective<'a> {
        let Some(config) = self.config_of(server) else { return Effective::Unknown };
        config.tree.effective(Some(level), name, &|file| self.nginx_file(file))
    }

    /// The number in effect in a location, or nginx's default.
    pub fn number_in_effect(
        &self,
        (server, location): (&Server, &Location),
        name: &str,
        read: fn(&str) -> Option<u64>,
    ) -> Known<u64> {
        let word = match self.in_effect(server, location.level, name) {
            Effective::Absent => return table::default(name).and_then(read).map_or(Known::Absent, Known::Default),
            Effective::Unknown => None,
            Effective::Set(found) => found.last().and_then(|last| last.args.first()),
        };
        match word.map(|word| (word.span, read(&word.value))) {
            Some((span, Some(number))) => Known::Set(Spanned::new(number, span)),
            Some((span, None)) => Known::unresolved(span, "its value is not known"),
            None => Known::unresolved(location.span, "it may be set in a file that is not known"),
        }
    }

    /// Why one of the configurations that an nginx file belongs to may hold more, or modules that nobody knows.
    pub fn gap_around(&self, nginx: &NginxFile) -> Option<&Why> {
        self.configs.standing.get(&nginx.file)?.gap.as_deref()
    }

    /// Whether a configuration that an nginx file belongs to loads modules that are not part of nginx.
    pub fn loads_modules(&self, nginx: &NginxFile) -> bool {
        self.configs.standing.get(&nginx.file).is_some_and(|standing| standing.modules)
    }
}

/// What the configurations say of a file.
#[derive(Default, Debug)]
struct Standing {
    /// Where its content stands.
    places: Vec<Place>,
    /// Whether another file includes it.
    included: bool,
    /// Why one of the configurations may hold more.
    gap: Gap,
    /// Whether one of them loads modules that are not part of nginx.
    modules: bool,
}

/// A configuration, and the files that were met with the places they were met at.
struct Configured {
    config: Config,
    visits: Vec<(FileId, Place)>,
}

impl Configured {
    /// Notes where its files stand.
    fn placed(self, standing: &mut BTreeMap<FileId, Standing>) -> Config {
        let Configured { config, visits } = self;
        for (file, place) in visits {
            let entry = standing.entry(file).or_default();
            entry.included |= file != config.file;
            if !entry.places.contains(&place) {
                entry.places.push(place);
            }
            entry.modules |= config.modules.is_some();
            entry.gap = entry.gap.take().or_else(|| config.gap.clone()).or_else(|| config.modules.clone());
        }
        config
    }
}

struct Joiner<'a> {
    project: &'a Project,
    /// The folders that hold a main file.
    roots: Vec<String>,
    /// All files and folders, each as the folder that holds it and its name.
    entries: OnceLock<HashSet<(&'a str, &'a str)>>,
    /// What the patterns that were met fit.
    fitting: Mutex<HashMap<String, Option<Arc<[FileId]>>>>,
    resolved: Mutex<Resolved<'a>>,
    /// The files that an `include` leads to and that were not taken for nginx's, each where it is named.
    unread: Mutex<Vec<Spanned<String>>>,
}

/// What includes lead to: by the folder of the main file, whether there is one, the services that read it, and the value
/// of the include.
type Resolved<'a> = HashMap<(&'a str, bool, Vec<Span>), HashMap<String, Found>>;

/// What an `include` leads to, and the files of the project that it could mean and that were not taken for nginx's.
#[derive(Clone)]
struct Found {
    included: Included,
    unread: Arc<[String]>,
}

impl<'a> Joiner<'a> {
    fn new(project: &'a Project) -> Self {
        let main = |view: &&NginxFile| view.place == Place::Main;
        let mut seen = HashSet::new();
        let homes = project.nginx.iter().filter(main).map(|view| directory(&view.path));
        let roots = homes.filter(|home| seen.insert(*home)).map(str::to_owned).collect();
        let entries = OnceLock::new();
        let (fitting, resolved, unread) = (Mutex::default(), Mutex::default(), Mutex::default());
        Joiner { project, roots, entries, fitting, resolved, unread }
    }

    fn tree(&self, file: FileId) -> Option<&'a File> {
        self.project.nginx_file(file)
    }

    fn run(&self) -> (Vec<Config>, BTreeMap<FileId, Standing>) {
        let mut included: HashSet<FileId> = HashSet::new();
        for view in &self.project.nginx {
            let Some(tree) = self.tree(view.file) else { continue };
            for directive in tree.directives.iter().filter(|directive| directive.is("include")) {
                let Some(word) = directive.args.first() else { continue };
                let Found { included: files, unread } = self.resolve(&word.value, view);
                lock(&self.unread).extend(unread.iter().map(|path| Spanned::new(path.clone(), word.span)));
                if let Included::Files(files) = files
                    && self.project.budget.nodes(files.len(), directive.span)
                {
                    included.extend(files.iter().filter(|file| **file != view.file));
                }
            }
        }
        let sites = self.sites(&included);
        let grouped: HashSet<FileId> = sites.iter().flatten().map(|view| view.file).collect();
        // Files that include each other in a circle have no first one; they come last, each as a fragment.
        let alone = self.project.nginx.iter().filter(|view| !grouped.contains(&view.file));
        let (first, rest): (Vec<_>, Vec<_>) = alone.partition(|view| !included.contains(&view.file));
        let whole = &self.project.budget;
        let apart = |view: &'a NginxFile| {
            let own = whole.afresh();
            let made = self.configure(&[view], &own);
            (made, own.over().map_or(own.spent().nodes, |_| usize::MAX / 2))
        };
        // One after the other from where there is no room for all of one, so that the place is found where it ends.
        let made = within(is_much(first.len(), 0), first.clone(), whole.left(), |_| false, apart, |(_, nodes)| *nodes);
        let (mut configs, mut standing) = (Vec::new(), BTreeMap::new());
        for ((made, nodes), view) in made.into_iter().zip(&first) {
            whole.nodes(nodes, Span::new(view.file, 0, 0));
            configs.push(made.placed(&mut standing));
        }
        for view in first.into_iter().skip(configs.len()) {
            configs.push(self.configure(&[view], whole).placed(&mut standing));
        }
        for views in &sites {
            configs.push(self.configure(views, whole).placed(&mut standing));
            for view in views {
                standing.entry(view.file).or_default().included = true;
            }
        }
        for view in rest {
            if !standing.contains_key(&view.file) {
                configs.push(self.configure(&[view], whole).placed(&mut standing));
            }
        }
        configs.sort_by_key(|config| config.file);
        (configs, standing)
    }

    /// The files that the main file of an official image includes, for each container that has some, in the order in
    /// which nginx reads them. A file is in one such list only.
    fn sites(&self, included: &HashSet<FileId>) -> Vec<Vec<&'a NginxFile>> {
        let mut by_service: BTreeMap<ServiceId, Vec<(&str, &NginxFile)>> = BTreeMap::new();
        for view in self.project.nginx.iter().filter(|view| view.place == Place::Http) {
            let Some(put) = self.project.put(view.file).filter(|put| put.place == Place::Http) else { continue };
            if !included.contains(&view.file) {
                let name = put.path.rsplit('/').next().unwrap_or(&put.path);
                let services = self.project.readers(view.file).filter(|_| self.project.look(1));
                services.for_each(|service| by_service.entry(service.id).or_default().push((name, view)));
            }
        }
        let (mut taken, mut found) = (HashSet::new(), Vec::new());
        for mut views in by_service.into_values() {
            views.sort_by_key(|(name, _)| name.trim_end_matches(".template"));
            let views: Vec<_> = views.into_iter().map(|(_, view)| view).collect();
            if views.iter().all(|view| !taken.contains(&view.file)) {
                taken.extend(views.iter().map(|view| view.file));
                found.push(views);
            }
        }
        found
    }

    /// The configuration that starts from a file, or from the sites of a container.
    fn configure(&self, views: &[&'a NginxFile], budget: &Budget) -> Configured {
        let root = views[0];
        let stock = self.project.put(root.file).is_some_and(|put| put.place == Place::Http)
            && root.place == Place::Http
            && self.project.readers(root.file).next().is_some();
        let place = root.place;
        let tree = |file| self.tree(file);
        let resolve = |directive: &Directive| match directive.args.first() {
            Some(word) => self.resolve(&word.value, root).included,
            None => Included::Unknown,
        };
        let files: Vec<FileId> = views.iter().map(|view| view.file).collect();
        let expanded = expand(&files, place, place != Place::Main && !stock, &tree, &resolve, budget);
        let mut config = build(root.file, place, &expanded, budget);
        let Loaded { problems, names } = load(&expanded, &tree, &|file| self.project.may_be_filled_in(file));
        (config.problems, config.names) = (problems, names);
        if stock {
            // What the main file of the image sets in `http`, in front of its include.
            let set = ["sendfile", "keepalive_timeout", "default_type"];
            let twice = |directive: &Directive| {
                set.iter().any(|name| directive.is(name))
                    || directive.is("log_format") && directive.arg(0) == Some("main")
            };
            let own = expanded.level(None).map(|(_, node)| node.directive).filter(|directive| twice(directive));
            config.problems.extend(own.map(|directive| {
                let message =
                    format!("the image's own `nginx.conf` has this `{}` in `http` already", directive.name.value);
                let help = match directive.is("log_format") {
                    true => "give the format another name",
                    false => "move the line into the `server` blocks, or remove it",
                };
                Problem::new(Kind::Duplicate, directive.words(), message, help)
            }));
            config.names.define_format("main", root.file);
        }
        Configured { config, visits: expanded.visits }
    }

    /// The files an `include` leads to, when `root` is the main file. The same question is asked for every file that
    /// includes, and again when the includes are put in.
    fn resolve(&self, value: &str, root: &'a NginxFile) -> Found {
        let readers: Vec<Span> = self.project.readers(root.file).map(|service| service.name.span).collect();
        let home = (directory(&root.path), root.place == Place::Main, readers);
        if let Some(known) = lock(&self.resolved).get(&home).and_then(|known| known.get(value)) {
            return known.clone();
        }
        let found = self.look_for(value, root);
        lock(&self.resolved).entry(home).or_default().insert(value.to_owned(), found.clone());
        found
    }

    fn look_for(&self, value: &str, root: &NginxFile) -> Found {
        let found = |included| Found { included, unread: Arc::from([]) };
        if value.contains(['$', '<']) || value.is_empty() {
            return found(Included::Unknown);
        }
        // A print has everything that was there.
        if let Some((print, own)) = self.project.files.printed_in(&root.path) {
            let path = format!("{print}/{}", join(directory(own), value).trim_start_matches('/'));
            return found(Included::Files(self.at(&path).unwrap_or_else(|| Arc::from([]))));
        }
        let pattern = value.contains(['*', '?', '[']);
        if pattern && self.project.readers(root.file).next().is_some() {
            let folder = join("/etc/nginx", directory(value));
            if self.project.readers(root.file).all(|service| self.project.has_nothing_at(service, &folder)) {
                return found(Included::Files(Arc::from([])));
            }
            if let Some(files) = self.put_one_by_one(&folder, value, root) {
                return found(Included::Files(files));
            }
        }
        let mut unread = Vec::new();
        let files = self.first_of(value, root, |path| {
            let files = self.at(&path);
            if files.is_none() && unread.is_empty() {
                unread = self.unread(path);
            }
            files
        });
        if let Some(files) = files {
            return found(Included::Files(files));
        }
        if self.project.not_enabled(root.file, value).is_some() {
            return found(Included::Files(Arc::from([])));
        }
        if is_shipped(value) {
            found(Included::Shipped)
        } else {
            Found { included: Included::Unknown, unread: unread.into() }
        }
    }

    /// The files that fit a pattern in a folder of the containers that read a main file, when they are put there one by one: beside
    /// them is only what the official image brings, a server for `localhost`.
    fn put_one_by_one(&self, folder: &str, value: &str, root: &NginxFile) -> Option<Arc<[FileId]>> {
        let pattern = NamePattern::new(value.rsplit('/').next().unwrap_or(value));
        let reads = |id: ServiceId| self.project.readers(root.file).any(|service| service.id == id);
        let mut agreed: Option<BTreeMap<String, FileId>> = None;
        for service in self.project.readers(root.file).filter(|_| self.project.look(1)) {
            let bare = self.project.stock(service).is_some_and(|stock| stock.bare);
            if !bare || self.project.agreed(std::iter::once(service), folder) != Agreed::Image {
                return None;
            }
            let mut files = BTreeMap::new();
            for (path, target) in self.project.placed(service) {
                let name = target.rsplit('/').next().unwrap_or(&target);
                if directory(&target) == folder && pattern.fits(name) {
                    let document = self.project.at(&path.value)?;
                    // Another container may have it below another main file, and is judged for itself.
                    if !self.project.readers(document.source.id).all(|other| reads(other.id)) {
                        return None;
                    }
                    files.insert(
                        name.to_owned(),
                        matches!(document.tree, Tree::Nginx(_)).then_some(document.source.id)?,
                    );
                }
            }
            if agreed.as_ref().is_some_and(|agreed| *agreed != files) {
                return None;
            }
            agreed = Some(files);
        }
        let files: Vec<FileId> = agreed?.into_values().collect();
        (!files.is_empty()).then(|| files.into())
    }

    /// The first answer that one of the places gives where in the project a path of nginx's may be, most likely first.
    fn first_of<T>(&self, value: &str, root: &NginxFile, mut look: impl FnMut(String) -> Option<T>) -> Option<T> {
        let home = directory(&root.path);
        let is_main = root.place == Place::Main;
        let relative = match value.strip_prefix("/etc/nginx/").or_else(|| value.strip_prefix("/usr/local/nginx/conf/"))
        {
            Some(rest) => rest,
            None if value.starts_with('/') => {
                return match self.project.in_world(root.file, value) {
                    Agreed::Project(path) => look(path),
                    Agreed::Image | Agreed::Elsewhere => None,
                };
            }
            None => value,
        };
        match self.project.in_world(root.file, &format!("/etc/nginx/{relative}")) {
            Agreed::Project(path) => {
                if let Some(found) = look(path) {
                    return Some(found);
                }
            }
            Agreed::Elsewhere => return None,
            // Nobody has linked them there.
            Agreed::Image if self.project.not_enabled(root.file, value).is_some() => return None,
            Agreed::Image => {}
        }
        // Debian's layout: what is enabled are links to what is available.
        let available = relative.strip_prefix("sites-enabled/").map(|rest| format!("sites-available/{rest}"));
        let ways = || std::iter::once(relative).chain(available.as_deref());
        let mut below =
            |dir: &str| ways().filter(|way| self.begins_in(dir, way)).map(|way| join(dir, way)).find_map(&mut look);
        if let Some(found) = below(home) {
            return Some(found);
        }
        if is_main {
            return None;
        }
        // Other main files only speak for fragments that share a folder with them, the nearest first.
        let mut others: Vec<(usize, &str)> = self.roots.iter().map(|dir| (common(dir, home), dir.as_str())).collect();
        others.retain(|(shared, dir)| *shared > 0 || dir.is_empty());
        others.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
        if let Some(found) = others.into_iter().find_map(|(_, dir)| below(dir)) {
            return Some(found);
        }
        // `conf.d/site.conf` of a repository that has no main file: `/etc/nginx` is the folder above.
        let above = std::iter::successors(home.rsplit_once('/'), |(up, _)| up.rsplit_once('/')).map(|(up, _)| up);
        let mut above = above.filter(|up| self.begins_in(up, relative)).map(|up| join(up, relative));
        above.find_map(&mut look).or_else(|| self.begins_in("", relative).then(|| normalize(relative)).and_then(look))
    }

    /// Whether a folder holds what a path begins with; one that begins with a pattern may begin anywhere.
    fn begins_in(&self, folder: &str, path: &str) -> bool {
        let entries = self.entries.get_or_init(|| {
            let files = &self.project.files;
            let paths = files.files().chain(files.links().map(|(link, _)| link));
            let mut entries: HashSet<(&str, &str)> = HashSet::new();
            for path in paths {
                // What is above one that is known is known, too.
                let mut rest = path;
                while !rest.is_empty() && entries.insert((directory(rest), base_name(rest))) {
                    rest = directory(rest);
                }
            }
            entries
        });
        match path.split('/').next() {
            None | Some("" | "." | "..") => true,
            Some(name) if name.contains(['*', '?', '[']) => true,
            Some(name) => entries.contains(&(folder, name)),
        }
    }

    /// The nginx files of a path or pattern; `None` when the project has nothing there.
    fn at(&self, path: &str) -> Option<Arc<[FileId]>> {
        if !path.contains(['*', '?', '[']) {
            let document = self.project.at(path)?;
            return matches!(document.tree, Tree::Nginx(_)).then(|| Arc::from([document.source.id]));
        }
        let known = lock(&self.fitting).get(path).cloned();
        known.unwrap_or_else(|| {
            let found = self.fitting(path).map(Arc::from);
            lock(&self.fitting).insert(path.to_owned(), found.clone());
            found
        })
    }

    /// The files at a path or pattern of an `include` that nobody took for nginx's. Of a pattern only those that end in `.conf`:
    /// beside sites lie notes, too.
    fn unread(&self, path: String) -> Vec<String> {
        let is_unread =
            |path: &String| self.project.at(path).is_none() && self.project.files.presence(path) == Presence::File;
        let (folder, name) = (directory(&path), path.rsplit('/').next().unwrap_or(&path));
        if !path.contains(['*', '?', '[']) {
            return Some(path).filter(is_unread).into_iter().collect();
        }
        if folder.contains(['*', '?', '[']) || !name.ends_with(".conf") {
            return Vec::new();
        }
        let pattern = NamePattern::new(name);
        let names = self.project.folder(folder);
        names.iter().filter(|name| pattern.fits(name)).map(|name| join(folder, name)).filter(is_unread).collect()
    }

    /// The nginx files that fit a pattern, likewise.
    fn fitting(&self, path: &str) -> Option<Vec<FileId>> {
        let folder = directory(path);
        if folder.contains(['*', '?', '[']) {
            return None;
        }
        let pattern = NamePattern::new(path.rsplit('/').next().unwrap_or(path));
        let names = self.project.folder(folder);
        if names.is_empty() {
            return None;
        }
        let mut files = Vec::new();
        for name in names.iter().filter(|name| pattern.fits(name)) {
            let full = join(folder, name);
            // Something nginx would read and gonogo did not recognise: nobody knows.
            let document = self.project.at(&full)?;
            files.push(matches!(document.tree, Tree::Nginx(_)).then_some(document.source.id)?);
        }
        Some(files)
    }
}

/// What is kept behind a lock. A panic while it is held leaves nothing half done.
fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many leading folders two paths share.
fn common(a: &str, b: &str) -> usize {
    // Bytes are split faster than letters.
    let b = b.as_bytes().split(|byte| *byte == b'/');
    a.as_bytes().split(|byte| *byte == b'/').zip(b).take_while(|(a, b)| a == b && !a.is_empty()).count()
}

/// Files that come with nginx, Debian's package, certbot or the module packages. None of them sets a header of a
/// response or opens a server.
fn is_shipped(value: &str) -> bool {
    #[rustfmt::skip]
    const SHIPPED: [&str; 16] = [
        "mime.types", "fastcgi_params", "fastcgi.conf", "uwsgi_params", "scgi_params", "proxy_params", "koi-utf",
        "koi-win", "win-utf", "fastcgi-php.conf", "snakeoil.conf", "options-ssl-nginx.conf", "options-ssl.conf",
        "mime.types.default", "fastcgi_params.default", "modules.conf",
    ];
    let name = value.rsplit('/').next().unwrap_or(value);
    SHIPPED.contains(&name) || value.contains("modules-enabled/") || value.starts_with("/usr/share/nginx/modules/")
}
