//! `nginx/undefined-variable`

use super::refused;
use crate::model::nginx::{Config, Kind};
use crate::rules::prelude::*;

rule! {
    /// A variable that nothing defines, or that cannot be defined.
    ///
    /// ## Why
    /// nginx refuses to start with `unknown "x" variable`, and does not say where. A variable is nginx's own, or a `set`, `map`,
    /// `geo`, `split_clients` or a named group of an expression defines it. Names of nginx's own variables are taken.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   map $http_upgrade $connection_upgrade {
    ///     default upgrade;
    ///     "" close;
    ///   }
    ///   server {
    ///     listen 80;
    ///     set $request_method GET;
    /// #       ^^^^^^^^^^^^^^^ nginx/undefined-variable
    /// # | this variable is nginx's own and cannot be set
    /// # | help: choose another name, and use that one below
    /// # >     set $method GET;
    ///     location / {
    ///       proxy_set_header Connection $conection_upgrade;
    /// #                                 ^^^^^^^^^^^^^^^^^^ nginx/undefined-variable
    /// # >       proxy_set_header Connection $connection_upgrade;
    ///       proxy_pass http://10.0.0.1:8000;
    ///     }
    ///     location /old/ {
    ///       return 301 https://$hots$request_uri;
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^^ nginx/undefined-variable
    /// # >       return 301 https://$host$request_uri;
    ///     }
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   map $http_upgrade $connection_upgrade {
    ///     default upgrade;
    ///     "" close;
    ///   }
    ///   server {
    ///     listen 80;
    ///     location ~ ^/u/(?<name>[a-z]+)$ {
    ///       proxy_set_header Connection $connection_upgrade;
    ///       proxy_set_header X-Name $name;
    ///       proxy_set_header X-Token $http_x_token;
    ///       proxy_pass http://10.0.0.1:8000;
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What it does not report
    /// Configurations of which a part is not in the project, and those that use modules which define variables of their own:
    /// there it is unknown.
    "nginx/undefined-variable" {
        aliases: &["nginx/syntax"],
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/varindex.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    refused(Kind::Variable, config, sink);
}
