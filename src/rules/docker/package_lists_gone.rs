//! `docker/package-lists-gone`

use crate::model::image::{Image, ImageRef};
use crate::project::Shipped;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// The base image is so old that its packages were taken from the servers it asks.
    ///
    /// ## Why
    /// Debian moves a release to `archive.debian.org` when its support has ended: stretch in April 2023, buster in July 2025. The
    /// images go on asking `deb.debian.org`, and `apt-get update` ends with "does not have a Release file". CentOS has shut
    /// `mirrorlist.centos.org`, which the images of CentOS 8 and older ask. A build that is in the cache goes well, and the first one on
    /// a new machine stops.
    ///
    /// ## Examples
    /// ```dockerfile bad
    /// FROM python:3.9-slim-buster
    /// RUN apt-get update && apt-get install -y --no-install-recommends libpq5
    /// #   ^^^^^^^ docker/package-lists-gone
    /// # | the packages of Debian buster are no longer on `deb.debian.org`: this ends with an error, and there is no image
    /// # | help: build on a release that is maintained, such as `bookworm`
    /// USER 1000
    /// CMD ["python", "-m", "shop"]
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim-bookworm
    /// RUN apt-get update && apt-get install -y --no-install-recommends libpq5
    /// USER 1000
    /// CMD ["python", "-m", "shop"]
    /// ```
    /// ### CentOS
    /// ```dockerfile bad
    /// FROM centos:7
    /// RUN yum install -y httpd
    /// #   ^^^ docker/package-lists-gone
    /// # | `mirrorlist.centos.org`, which CentOS 7 asks for its packages, is no more: this ends with an error, and there is no image
    /// # | help: build on a distribution that is maintained, such as `rockylinux/rockylinux:9`
    /// CMD ["httpd", "-DFOREGROUND"]
    /// ```
    /// ### From the archive
    /// ```dockerfile good
    /// FROM debian:buster
    /// RUN sed -i 's/deb.debian.org/archive.debian.org/' /etc/apt/sources.list && apt-get update && apt-get install -y libpq5
    /// USER 1000
    /// CMD ["/opt/shop"]
    /// ```
    ///
    /// ## What it does not report
    /// Images that are not official ones, Dockerfiles that say another server, and commands behind a condition.
    "docker/package-lists-gone" {
        severity: Critical, confidence: Certain, effect: WillNotStart, since: "0.1.0",
        refs: &["https://github.com/Tecnativa/doodba/issues/669", "https://github.com/pytorch/builder/issues/1905"],
        check: Check::Image(check),
    }
}

/// Whose packages are gone.
enum Gone {
    Debian(&'static str),
    CentOs(u32),
}

fn check(image: &Shipped, _: &Context, sink: &mut Sink) {
    if image.file.gap.is_some() {
        return sink.not_applicable();
    }
    for (index, stage) in image.built() {
        let own = Image::Built(image.file, index);
        let Some(gone) = own.base().and_then(|(base, _)| gone(&base)) else { continue };
        let mut parts = own.chain();
        parts.reverse();
        if parts.iter().any(|part| part.says_package_servers()) {
            continue;
        }
        let commands = parts.iter().flat_map(|part| part.runs()).flat_map(|run| &run.commands);
        for command in commands {
            let Some(first) = command.first() else { continue };
            let has = |words: &[&str]| command.iter().any(|word| words.contains(&word.value.as_str()));
            let (message, help) = match (&gone, base_name(&first.value)) {
                (Gone::Debian(release), "apt-get" | "apt" | "aptitude") if has(&["update"]) => (
                    format!(
                        "the packages of Debian {release} are no longer on `deb.debian.org`: this ends with an error, and there is no image"
                    ),
                    "build on a release that is maintained, such as `bookworm`",
                ),
                (Gone::CentOs(major), "yum" | "dnf") if has(&["install", "update", "upgrade", "groupinstall"]) => (
                    format!(
                        "`mirrorlist.centos.org`, which CentOS {major} asks for its packages, is no more: this ends with an error, and \
                         there is no image"
                    ),
                    "build on a distribution that is maintained, such as `rockylinux/rockylinux:9`",
                ),
                _ => continue,
            };
            if !stage.decides(first.span) {
                sink.report(first.span, message).help(help);
            }
            return;
        }
    }
}

/// What an official image is made of, when its packages are gone.
fn gone(base: &ImageRef) -> Option<Gone> {
    const RELEASES: [(&str, u32); 4] = [("buster", 10), ("stretch", 9), ("jessie", 8), ("wheezy", 7)];
    let name = base.official()?;
    let tag = base.tag()?;
    if name == "centos" {
        let major =
            if tag == "latest" { Some(8) } else { base.major().or_else(|| tag.strip_prefix("centos")?.parse().ok()) };
        return major.filter(|major| *major <= 8).map(Gone::CentOs);
    }
    let said = |release: &str| tag.split('-').any(|part| part == release);
    let found =
        RELEASES.iter().find(|(release, major)| said(release) || name == "debian" && base.major() == Some(*major));
    found.map(|(release, _)| Gone::Debian(release))
}
