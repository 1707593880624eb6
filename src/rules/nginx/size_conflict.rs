//! `nginx/size-conflict`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// Sizes that contradict each other.
    ///
    /// ## Why
    /// Buffers of a proxy depend on each other, and names have to fit into their tables. nginx compares them when it loads the
    /// configuration, refuses to start, and does not say which line is to blame.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_buffer_size 128k;
    /// #     ^^^^^^^^^^^^^^^^^^^^^^ nginx/size-conflict
    /// # | `proxy_busy_buffers_size` is 256k and must fit into all `proxy_buffers` but one, which are 28k
    /// # | help: write `proxy_buffers 65 4k;`
    /// # >       proxy_buffer_size 128k;
    /// # >       proxy_buffers 65 4k;
    ///       proxy_pass http://10.0.0.1:8000;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   server {
    ///     listen 80;
    ///     location / {
    ///       proxy_buffer_size 128k;
    ///       proxy_buffers 4 256k;
    ///       proxy_pass http://10.0.0.1:8000;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Configurations of which a part is not in the project.
    "nginx/size-conflict" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_busy_buffers_size"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Size, config, sink);
}
