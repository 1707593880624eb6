//! `compose/image-ended`

use crate::model::compose::Service;
use crate::model::image::{ImageRef, notes};
use crate::rules::prelude::*;

rule! {
    /// An image of a version that nobody repairs any more.
    ///
    /// ## Why
    /// Its holes are known and stay open. The makers' last day for each version is in gonogo's table of images (endoflife.date). Some
    /// images were taken away as a whole: on a new machine the service does not start.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:11
    /// #          ^^^^^^^^^^^ compose/image-ended
    /// # | service `db` runs postgres 11, which nobody has repaired since 2023-11-09
    /// # | help: move to a version that is maintained; read its release notes first, data may have to be migrated
    /// # >     image: postgres:17
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17.2
    ///   newest:
    ///     image: postgres:alpine
    ///   own:
    ///     image: shop/postgres:11
    /// ```
    /// ### Taken away
    /// ```compose bad
    /// services:
    ///   files:
    ///     image: minio/minio:RELEASE.2025-09-07T16-13-09Z
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compose/image-ended
    /// # | service `files` runs minio/minio, which was taken from its registry on 2026-09-12: who does not have it
    /// # | cannot pull it
    /// # | help: move to an image that somebody repairs; until then the old ones are at
    /// # | `quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z`
    /// # >     image: chrislusf/seaweedfs:3.99
    ///     command: server /data
    ///   broker:
    ///     image: bitnami/kafka:3.9
    /// #          ^^^^^^^^^^^^^^^^^ compose/image-ended
    /// # >     image: apache/kafka:4.1.0
    /// ```
    /// ```compose good
    /// services:
    ///   cache:
    ///     image: bitnami/redis:latest
    /// ```
    "compose/image-ended" {
        severity: Medium, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://endoflife.date"],
        check: Check::Service(check),
    }
}

pub(crate) fn check(service: &Service, context: &Context, sink: &mut Sink) {
    let Some(image) = service.image.set().filter(|_| service.build.is_none()) else { return };
    let owner = format!("{} runs", service.title());
    // Only its neighbours reach a store that publishes no port.
    let inside = service.store().is_some() && service.is_closed();
    ended(&owner, &image.value, image.span, inside, context, sink);
}

/// Reports an image whose time is over; one that ended less than a year ago, or that nobody outside reaches, in a lower voice.
pub(crate) fn ended(owner: &str, image: &ImageRef, span: Span, inside: bool, context: &Context, sink: &mut Sink) {
    let (notes, today) = (notes(image), context.at.date());
    if let Some((day, now)) = notes.and_then(|notes| notes.lost(image)).filter(|(day, _)| *day <= today) {
        let name = &image.name;
        let message =
            format!("{owner} {name}, which was taken from its registry on {day}: who does not have it cannot pull it");
        let finding = sink.report(span, message).severity(High).effect(BreaksAtRuntime);
        finding.help(format!("move to an image that somebody repairs; until then the old ones are at `{now}`"));
        return;
    }
    let Some((version, last)) = notes.and_then(|notes| notes.ends(image)) else { return };
    if last >= today {
        return;
    }
    let what = if version == "*" { image.name.clone() } else { format!("{} {version}", image.name) };
    let finding = sink.report(span, format!("{owner} {what}, which nobody has repaired since {last}"));
    finding.help("move to a version that is maintained; read its release notes first, data may have to be migrated");
    finding.cause(&what, "the same image");
    if inside || (today - last).whole_days() < 365 {
        finding.severity(Low);
    }
}
