//! `env/client-url-internal`

use crate::model::env::Address;
use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::client_prefix;

rule! {
    /// Browsers are sent to a name that only containers know.
    ///
    /// ## Why
    /// What begins with `NEXT_PUBLIC_`, `VITE_` or `REACT_APP_` is built into the pages. `http://api:9000` works inside the network of
    /// Compose; the visitor's browser looks for a machine called `api` and finds none: `ERR_NAME_NOT_RESOLVED`.
    ///
    /// ## Examples
    /// ```compose bad
    /// services:
    ///   web:
    ///     build:
    ///       context: .
    ///       args: {NEXT_PUBLIC_API_URL: "http://api:9000"}
    /// #                                  ^^^^^^^^^^^^^^^ env/client-url-internal
    /// # | `NEXT_PUBLIC_API_URL` sends browsers to `api`, the name of a container: they do not find it
    /// # | help: put the public address here, with https://
    /// # >       args: {NEXT_PUBLIC_API_URL: "https://kleinladen.de/api"}
    ///   api:
    ///     image: shop/api:1
    /// ```
    /// ```dockerfile both
    /// FROM node:24
    /// WORKDIR /app
    /// ARG NEXT_PUBLIC_API_URL
    /// COPY . .
    /// RUN npm install && npm run build
    /// USER node
    /// CMD ["npm", "start"]
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       API_URL: http://api:9000
    ///       NEXT_PUBLIC_API_URL: https://kleinladen.de/api
    ///   api:
    ///     image: shop/api:1
    ///     command: uvicorn api:app --host 0.0.0.0 --port 9000
    /// ```
    ///
    /// ## What it does not report
    /// Names that no service has; what is only set when the container starts, which is too late for built pages
    /// (`compose/set-after-build`). `localhost` is `env/localhost-url`.
    "env/client-url-internal" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nextjs.org/docs/pages/guides/environment-variables#bundling-environment-variables-for-the-browser"],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, ctx: &Context, sink: &mut Sink) {
    for Address { var, urls, .. } in env.addresses() {
        let name = var.key.value;
        // What the server of the pages asks is told apart by its name.
        let inside = ["INTERNAL", "SERVER", "SSR", "PROXY"].iter().any(|part| name.contains(part));
        let Some(url) = urls.first().filter(|_| client_prefix(name).is_some() && !inside) else { continue };
        let named = |service: &crate::model::compose::Service| service.name.value == url.host;
        // What a container gets when it starts comes too late for pages that are built; `compose/set-after-build` says so.
        let given = env.is_of_build() || env.services.is_empty() && !env.is_given();
        if !given || !matches!(url.scheme, "http" | "https" | "ws" | "wss") || !ctx.project.services().any(named) {
            continue;
        }
        let message =
            format!("`{name}` sends browsers to `{}`, the name of a container: they do not find it", url.host);
        sink.report(var.part(url.range.clone()), message).help("put the public address here, with https://");
    }
}
