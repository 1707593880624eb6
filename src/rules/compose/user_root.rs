//! `compose/user-root`

use crate::model::Known;
use crate::model::compose::Service;
use crate::model::image::is_root;
use crate::rules::prelude::*;

rule! {
    /// A service is told to run as root.
    ///
    /// ## Why
    /// root in a container is root on the host as soon as anything leaks. `user: root` takes away even the other user that the image
    /// has.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   worker:
    ///     image: redis:7.4
    ///     user: root
    /// #         ^^^^ compose/user-root
    /// # | service `worker` is told to run as root
    /// # | help: remove `user`, or name a user without rights: `user: "1000:1000"`
    /// # >     user: "1000:1000"
    /// ```
    /// ```compose good
    /// services:
    ///   worker:
    ///     image: redis:7.4
    ///     user: "999"
    /// ```
    "compose/user-root" {
        severity: Low, confidence: Certain, effect: Weakens, since: "0.1.0",
        refs: &["https://docs.docker.com/reference/compose-file/services/#user"],
        check: Check::Service(check),
    }
}

fn check(service: &Service, context: &Context, sink: &mut Sink) {
    if let Known::Unresolved { span, why, .. } = &service.user {
        return sink.unknown(*span, format!("the user is not known: {why}"));
    }
    let Some(user) = service.user.set() else { return };
    let root = is_root(&user.value);
    let once = context.project.compose().iter().any(|file| file.file == service.file && file.is_one_shot(service));
    if root && !once {
        let message = format!("service `{}` is told to run as root", service.name.value);
        sink.report(user.span, message).help("remove `user`, or name a user without rights: `user: \"1000:1000\"`");
    }
}
