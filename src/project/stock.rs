//! nginx as the official images bring it: its version, its own files, and nothing but its own modules.
//!
//! `/etc/nginx/nginx.conf` of the image is the same in all of them: `http` with a log format `main`, no header, no
//! resolver, no zone, and `include /etc/nginx/conf.d/*.conf` (read in nginx/docker-nginx and in its packages). Its entry
//! point fills in `templates/*.template` and puts them into `conf.d`.

use super::Project;
use super::locate::{Agreed, is_folder};
use crate::model::compose::Service;
use crate::model::image::{CommandLine, Copy, CopyFrom, Image, ImageRef, Os, Release, Step};
use crate::model::nginx::Place;
use crate::source::{FileId, below, directory, join, normalize};
use crate::syntax::shell::base_name;

/// The nginx of an official image.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Stock {
    /// Its version, as far as the tag says it.
    pub version: Option<Version>,
    /// The newest OpenSSL it may have, as far as the tag says it.
    pub openssl: Option<Version>,
    /// What it is made of.
    pub os: Option<Os>,
    /// Whether nothing was installed beside it.
    pub bare: bool,
}

/// The folders that the image brings or nginx makes (nginx/docker-nginx, read on 2026-11-28).
const OWN: [&str; 6] = ["/usr/share/nginx", "/etc/nginx", "/var/log/nginx", "/var/cache/nginx", "/tmp", "/dev"];

/// A version of nginx.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Version(u32, u32, u32);

impl Version {
    /// Reads `1.28.3`, and `1.28` as the last of that row: that is what such a tag stands for.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.split('-').next().unwrap_or(text).trim_end_matches('+');
        let mut parts = text.split('.').map(|part| part.parse::<u32>().ok());
        let (major, minor) = (parts.next()??, parts.next()??);
        let patch = parts.next().map_or(Some(u32::MAX), |patch| patch)?;
        parts.next().is_none().then_some(Version(major, minor, patch))
    }
}

/// Where a container has an nginx file.
#[derive(Clone, Debug)]
pub struct Put {
    /// The path in the container.
    pub path: String,
    /// Where nginx reads it there.
    pub place: Place,
}

impl Project {
    /// The nginx of an official image that a service runs with its own main file.
    pub fn stock(&self, service: &Service) -> Option<Stock> {
        let process = self.process(service)?;
        let elsewhere = process
            .words()
            .is_some_and(|words| words.iter().any(|word| word.contains(".conf") && word != "/etc/nginx/nginx.conf"));
        if elsewhere || service.gap.is_some() {
            return None;
        }
        self.stock_image(&process.image)
    }

    /// Whether the entry point of the image fills in templates: it does so before `nginx`, and before nothing else.
    pub fn fills_in(&self, service: &Service) -> bool {
        let words = self.process(service).and_then(|process| process.words());
        let first = words.and_then(|words| words.iter().find(|word| !word.ends_with("docker-entrypoint.sh")));
        let moved = ["NGINX_ENVSUBST_OUTPUT_DIR", "NGINX_ENVSUBST_TEMPLATE_DIR", "NGINX_ENVSUBST_TEMPLATE_SUFFIX"];
        self.stock(service).is_some()
            && first.is_none_or(|first| matches!(first.as_str(), "nginx" | "nginx-debug"))
            && moved.iter().all(|name| self.service_env(service, name).is_absent())
    }

    /// Whether the container of an nginx has nothing at an absolute path and below it: it runs the official image as it comes, and no
    /// mount leads there.
    pub fn has_nothing_at(&self, nginx: &Service, path: &str) -> bool {
        let stock = matches!(self.image_of(nginx), Image::Named(image) if is_stock(&image.value));
        let told = nginx.gap.is_none() && nginx.configs.is_empty() && nginx.secrets.is_empty();
        if !stock || !told || !path.starts_with('/') || path.contains('$') {
            return false;
        }
        let path = normalize(path);
        // What the packages put into their own folder (`dpkg -L nginx`, `apk info -L nginx`).
        let brings = [
            "conf.d",
            "modules",
            "templates",
            "mime.types",
            "fastcgi",
            "scgi_params",
            "uwsgi_params",
            "nginx.conf",
            "njs",
        ];
        let named =
            path.strip_prefix("/etc/nginx/").is_some_and(|name| !brings.iter().any(|own| name.starts_with(own)));
        let related = |other: &str| below(&path, other).is_some() || below(other, &path).is_some();
        let mounted = nginx.mounts.iter().any(|mount| mount.target.get().is_none_or(|target| related(target)));
        !mounted && path != "/" && (named || !OWN.iter().any(|own| related(own)))
    }

    /// Whether every container that reads a file is of a tag of the official images that moves on with each release: what is
    /// pulled today is the newest nginx.
    pub fn pulls_newest_nginx(&self, file: FileId) -> bool {
        const MOVING: [&str; 8] = ["latest", "1", "mainline", "stable", "alpine", "slim", "perl", "otel"];
        let moves = |tag: &str| tag.split('-').all(|part| MOVING.contains(&part));
        let newest = |image: &Image| {
            image
                .base()
                .is_some_and(|(base, _)| is_stock(&base) && base.digest.is_none() && base.tag().is_none_or(moves))
        };
        let mut readers = self.readers(file).filter(|_| self.look(1)).peekable();
        if readers.peek().is_none() {
            return self.image_alone(file).is_some_and(|image| newest(&image));
        }
        readers.all(|service| newest(&self.image_of(service)))
    }

    fn stock_image(&self, image: &Image) -> Option<Stock> {
        let (base, _) = image.base()?;
        if !is_stock(&base) {
            return None;
        }
        let version = base.tag().and_then(Version::parse);
        // The images before 1.28 were made when 3.5 was not in any distribution.
        let before = version.filter(|version| *version < Version(1, 28, 0)).map(|_| Version(3, 3, u32::MAX));
        let openssl = Release::of_image(image).and_then(|release| Version::parse(release.openssl)).or(before);
        let bare = !image.chain().iter().flat_map(|stage| &stage.steps).any(|step| matches!(step, Step::Run(_)));
        Some(Stock { version, openssl, os: image.os(), bare })
    }

    /// The nginx that reads a file, when every container that does runs that of an official image.
    pub fn stock_of(&self, file: FileId) -> Option<Stock> {
        let mut found: Option<Stock> = None;
        for service in self.readers(file).filter(|_| self.look(1)) {
            let stock = self.stock(service)?;
            let same = found.is_none_or(|found| found.version == stock.version);
            let bare = stock.bare && found.is_none_or(|found| found.bare);
            let openssl = stock.openssl.filter(|_| found.is_none_or(|found| found.openssl == stock.openssl));
            let os = stock.os.filter(|_| found.is_none_or(|found| found.os == stock.os));
            found = Some(Stock { version: stock.version.filter(|_| same), openssl, os, bare });
        }
        found.or_else(|| self.stock_alone(file))
    }

    /// The same of an image that no service here is built from.
    fn stock_alone(&self, file: FileId) -> Option<Stock> {
        let image = self.image_alone(file)?;
        let told = match image.command() {
            Some(CommandLine::Exec(words, _)) => !words.iter().any(|word| word.value.contains(".conf")),
            Some(_) => false,
            None => true,
        };
        self.stock_image(&image).filter(|_| told && image.entrypoint().is_none())
    }

    /// The image in which an nginx file is put to where nginx looks, when no service here is built from it.
    pub(super) fn image_alone(&self, file: FileId) -> Option<Image<'_>> {
        self.readers(file).next().is_none().then_some(())?;
        let path = &self.source(file).path;
        self.dockerfiles.iter().filter(|_| self.look(1)).find_map(|dockerfile| {
            let last = dockerfile.stages.len().checked_sub(1)?;
            let mut copies = dockerfile.chain(last).into_iter().flat_map(|stage| &stage.steps).filter_map(Step::copy);
            let to = |copy: &Copy| copied_to(copy, directory(&dockerfile.path), path);
            let put = copies.any(|copy| to(copy).is_some_and(|to| to.starts_with("/etc/nginx/")));
            put.then_some(Image::Built(dockerfile, last))
        })
    }

    /// The container that reads an nginx file and has nothing where it includes something from: nothing is put there, and
    /// the official image that it runs as it comes has nothing there either.
    pub fn not_in_container(&self, file: FileId, include: &str) -> Option<(&Service, String)> {
        if include.contains(['*', '?', '[', '$', '{']) || include.is_empty() {
            return None;
        }
        let path = join("/etc/nginx", include);
        let own = ["mime.types", "fastcgi_params", "scgi_params", "uwsgi_params", "nginx.conf", "conf.d/default.conf"];
        let brings = own.iter().any(|own| path.strip_prefix("/etc/nginx/") == Some(own));
        let bare = self.stock_of(file).is_some_and(|stock| stock.bare);
        if brings || !bare || !path.starts_with("/etc/nginx/") || path.starts_with("/etc/nginx/modules/") {
            return None;
        }
        let nothing = |service: &&Service| self.agreed(std::iter::once(*service), &path) == Agreed::Image;
        let service = self.readers(file).filter(|_| self.look(1)).find(nothing)?;
        (!self.is_written_at_start(service, &path)).then_some((service, path))
    }

    /// Whether a script that a container starts with says the name of a file: it may write it before nginx starts.
    fn is_written_at_start(&self, service: &Service, path: &str) -> bool {
        let process = self.process(service);
        let words = process.iter().filter_map(|process| process.words()).flatten().map(String::as_str);
        let mounted = service.mounts.iter().filter_map(|mount| mount.target.get()).map(String::as_str);
        let hooks = mounted.filter(|target| below(target, "/docker-entrypoint.d").is_some());
        let name = base_name(path);
        words.chain(hooks).filter(|word| word.starts_with('/') && self.look(1)).any(|word| {
            let Agreed::Project(script) = self.agreed(std::iter::once(service), word) else { return false };
            self.at(&script).is_some_and(|document| document.source.text().contains(name))
        })
    }

    /// The container that has sites in `sites-available` and none where an include of `sites-enabled` looks: Debian's package
    /// makes links from one to the other, the official image knows neither.
    pub fn not_enabled(&self, file: FileId, include: &str) -> Option<&Service> {
        let (above, _) = include.split_once("sites-enabled/")?;
        if !self.stock_of(file).is_some_and(|stock| stock.bare) {
            return None;
        }
        let at = |service: &Service, folder: &str| {
            self.agreed(std::iter::once(service), &join("/etc/nginx", &format!("{above}{folder}")))
        };
        self.readers(file).filter(|_| self.look(1)).find(|service| {
            at(service, "sites-enabled") == Agreed::Image
                && matches!(at(service, "sites-available"), Agreed::Project(_))
        })
    }

    /// The port of the site that the official image brings, where a container that reads a file has that site still.
    pub fn stock_site(&self, file: FileId) -> Option<u16> {
        let has = |service: &Service| {
            let site = self.agreed(std::iter::once(service), "/etc/nginx/conf.d/default.conf") == Agreed::Image;
            site && self.stock(service).is_some_and(|stock| stock.bare) && self.has_stock_main(service)
        };
        // A command of one's own may take it away first.
        let moved = |service: &Service| {
            !service.command.is_absent() || !service.entrypoint.is_absent() || !self.fills_in(service)
        };
        let mut readers = self.readers(file).filter(|_| self.look(1)).peekable();
        let first = *readers.peek()?;
        let unprivileged =
            self.image_of(first).base().is_some_and(|(base, _)| base.name.ends_with("nginx-unprivileged"));
        readers.all(|own| has(own) && !moved(own)).then_some(if unprivileged { 8080 } else { 80 })
    }

    /// Whether a container has the image's own main file, which includes `conf.d`.
    pub(super) fn has_stock_main(&self, service: &Service) -> bool {
        let main = |path: &str| self.agreed(std::iter::once(service), path) == Agreed::Image;
        self.stock(service).is_some() && main("/etc/nginx/nginx.conf")
    }

    /// Where nginx reads what is at a path of a container.
    pub(super) fn read_at(&self, service: &Service, path: &str) -> Option<Place> {
        self.stock(service)?;
        let place = place_at(path)?;
        let read = place == Place::Main || !path.ends_with(TEMPLATE) || self.fills_in(service);
        (read && (place == Place::Main || self.has_stock_main(service))).then_some(place)
    }

    /// The same for images that no service here is built from.
    pub(super) fn copied_at(&self, path: &str) -> Option<Put> {
        for file in &self.dockerfiles {
            let Some(last) = file.stages.len().checked_sub(1) else { continue };
            let image = Image::Built(file, last);
            if self.stock_image(&image).is_none() {
                continue;
            }
            // The entry point fills in templates before `nginx`, and not before a shell that does so itself.
            let fills = image.entrypoint().is_none()
                && match image.command() {
                    Some(CommandLine::Exec(words, _)) => words.first().is_none_or(|word| word.value.contains("nginx")),
                    Some(_) => false,
                    None => true,
                };
            for copy in file.chain(last).iter().flat_map(|stage| &stage.steps).filter_map(Step::copy) {
                let Some(to) = copied_to(copy, directory(&file.path), path) else { continue };
                let read = fills || !to.ends_with(TEMPLATE);
                if let Some(place) = place_at(&to).filter(|_| read && self.look(1)) {
                    return Some(Put { path: to, place });
                }
            }
        }
        None
    }
}

/// Where a `COPY` puts a file of the project. The build context is the folder of the Dockerfile, or the project.
fn copied_to(copy: &Copy, folder: &str, path: &str) -> Option<String> {
    let to = copy.to.as_deref().filter(|_| copy.from == CopyFrom::Context)?;
    for source in copy.paths() {
        for whole in [join(folder, &source), source.clone()] {
            let Some(rest) = below(path, &whole) else { continue };
            let name = || whole.rsplit('/').next().unwrap_or(&whole);
            return Some(match rest {
                "" if is_folder(to) => join(to, name()),
                "" => normalize(to),
                rest => join(to, rest),
            });
        }
    }
    None
}

const TEMPLATE: &str = ".template";

/// Where the image's nginx reads a file: its main file, a site, or a template that becomes one.
fn place_at(path: &str) -> Option<Place> {
    let name = |folder: &str| path.strip_prefix(folder).filter(|name| !name.contains('/') && !name.starts_with('.'));
    let site = || name("/etc/nginx/conf.d/").is_some_and(|name| name.ends_with(".conf"));
    let template = || name("/etc/nginx/templates/").is_some_and(|name| name.ends_with(".conf.template"));
    match path {
        "/etc/nginx/nginx.conf" => Some(Place::Main),
        _ if site() || template() => Some(Place::Http),
        _ => None,
    }
}

fn is_stock(image: &ImageRef) -> bool {
    image.official() == Some("nginx")
        || matches!(image.name.as_str(), "nginxinc/nginx-unprivileged" | "nginx/nginx-unprivileged")
}
