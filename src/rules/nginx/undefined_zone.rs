//! `nginx/undefined-zone`

use std::collections::HashSet;

use crate::model::nginx::Config;
use crate::rules::prelude::*;

rule! {
    /// A memory zone or log format is used that nothing defines.
    ///
    /// ## Why
    /// nginx refuses to start with `zero size shared memory zone`, `zone is unknown` or `unknown log format`, for
    /// zones even without saying where. A log format must also stand before its first use.
    ///
    /// ## Examples
    /// ```nginx bad file=nginx.conf
    /// events {}
    /// http {
    ///   limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;
    /// # >   limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;
    /// # >   limit_req_zone $binary_remote_addr zone=login:10m rate=10r/s;
    ///   access_log /var/log/nginx/access.log shop;
    /// #                                      ^^^^ nginx/undefined-zone
    /// # | no log format `shop` is defined, so nginx does not start
    /// # | help: add `log_format shop '...';` above, or remove the word
    /// # >   access_log /var/log/nginx/access.log;
    ///   server {
    ///     limit_req zone=login burst=5;
    /// #             ^^^^^^^^^^ nginx/undefined-zone
    /// # | no zone `login` is defined for `limit_req`, so nginx does not start
    /// # | help: add `limit_req_zone $binary_remote_addr zone=login:10m rate=10r/s;` to `http`
    ///   }
    /// }
    /// ```
    /// ```nginx good file=nginx.conf
    /// events {}
    /// http {
    ///   log_format shop '$remote_addr $request';
    ///   access_log /var/log/nginx/access.log shop;
    ///   server {
    ///     limit_req zone=login burst=5;
    ///   }
    ///   limit_req_zone $binary_remote_addr zone=login:10m rate=10r/s;
    /// }
    /// ```
    "nginx/undefined-zone" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_limit_req_module.html", "https://nginx.org/en/docs/http/ngx_http_log_module.html"],
        check: Check::Config(check),
    }
}

fn check(config: &Config, _: &Context, sink: &mut Sink) {
    let zones: HashSet<(&str, &str)> = config.names.zones.iter().map(|zone| (zone.kind, zone.name.as_str())).collect();
    let missing = config.names.zone_uses.iter().filter(|used| !zones.contains(&(used.kind, used.name.as_str())));
    for used in missing {
        if let Some(why) = &config.gap {
            sink.unknown(used.name.span, why.leaves("the zone may be defined elsewhere"));
            continue;
        }
        let (kind, name) = (used.kind, &used.name.value);
        if kind == "aio" {
            let message = format!("no thread pool `{name}` is defined, so nginx does not start");
            sink.report(used.name.span, message).help(format!("add `thread_pool {name};` above the first block"));
            continue;
        }
        let define = match kind {
            "limit_req" => format!("limit_req_zone $binary_remote_addr zone={name}:10m rate=10r/s;"),
            "limit_conn" => format!("limit_conn_zone $binary_remote_addr zone={name}:10m;"),
            _ => format!("{kind}_path /var/cache/nginx keys_zone={name}:10m;"),
        };
        sink.report(used.name.span, format!("no zone `{name}` is defined for `{kind}`, so nginx does not start"))
            .help(format!("add `{define}` to `http`"));
    }
    for used in &config.names.log_uses {
        let name = used.name.as_str();
        let known = |formats: &[Spanned<String>]| name == "combined" || formats.iter().any(|f| f.value == name);
        if known(config.names.log_formats.get(..used.before).unwrap_or(&[])) {
            continue;
        }
        if let Some(why) = &config.gap {
            sink.unknown(used.name.span, why.leaves("the format may be defined elsewhere"));
        } else if known(&config.names.log_formats) {
            sink.report(
                used.name.span,
                format!("log format `{name}` is defined only below this line, so nginx does not start"),
            )
            .help("move the `log_format` above its first use");
        } else {
            sink.report(used.name.span, format!("no log format `{name}` is defined, so nginx does not start"))
                .help(format!("add `log_format {name} '...';` above, or remove the word"));
        }
    }
}
