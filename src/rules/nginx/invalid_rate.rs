//! `nginx/invalid-rate`

use super::tree;
use crate::model::nginx::{NginxFile, values};
use crate::rules::prelude::*;

rule! {
    /// A request rate that nginx cannot read.
    ///
    /// ## Why
    /// `limit_req_zone` takes a whole number with `r/s` or `r/m`, nothing else; with anything else nginx refuses to start
    /// and a reload keeps the old configuration (nginx, `ngx_http_limit_req_zone`).
    ///
    /// ## Examples
    /// ```nginx bad file=conf.d/shop.conf
    /// limit_req_zone $binary_remote_addr zone=api:10m rate=10r/h;
    /// #                                               ^^^^^^^^^^ nginx/invalid-rate
    /// # | nginx knows rates as whole numbers with `r/s` or `r/m`, and this is none
    /// # | help: write `rate=1r/m`, the slowest rate nginx can express
    /// # > limit_req_zone $binary_remote_addr zone=api:10m rate=1r/m;
    /// limit_req_zone $binary_remote_addr zone=web:10m rate=0.5r/s;
    /// #                                               ^^^^^^^^^^^ nginx/invalid-rate
    /// # | nginx knows rates as whole numbers with `r/s` or `r/m`, and this is none
    /// # | help: write `rate=30r/m`
    /// # > limit_req_zone $binary_remote_addr zone=web:10m rate=30r/m;
    /// ```
    /// ```nginx good file=conf.d/shop.conf
    /// limit_req_zone $binary_remote_addr zone=api:10m rate=1r/m;
    /// limit_req_zone $binary_remote_addr zone=web:10m rate=30r/m;
    /// limit_req_zone $binary_remote_addr zone=all:10m rate=${RATE};
    /// ```
    "nginx/invalid-rate" {
        severity: Critical, effect: WillNotStart, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_limit_req_module.html#limit_req_zone"],
        check: Check::Nginx(check),
    }
}

fn check(nginx: &NginxFile, ctx: &Context, sink: &mut Sink) {
    let Some(file) = tree(nginx, ctx) else { return };
    for directive in file.directives.iter().filter(|directive| directive.is("limit_req_zone")) {
        for word in directive.args.iter().filter(|word| !word.is_open()) {
            let Some(rate) = word.value.strip_prefix("rate=") else { continue };
            if values::is_rate(rate) {
                continue;
            }
            sink.report(word.span, "nginx knows rates as whole numbers with `r/s` or `r/m`, and this is none").help(
                match values::nearest_rate(rate) {
                    Some(nearest) if nearest == "1r/m" => {
                        "write `rate=1r/m`, the slowest rate nginx can express".to_owned()
                    }
                    Some(nearest) => format!("write `rate={nearest}`"),
                    None => "write `rate=10r/s` or `rate=30r/m`".to_owned(),
                },
            );
        }
    }
}
