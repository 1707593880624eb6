//! `env/insecure-switch`

use crate::rules::switches;

rule! {
    /// A switch opens a program: no login, no certificate check, a debugger.
    ///
    /// ## Why
    /// Such switches are made for a first try on one's own machine. One of them in production, and the password beside it
    /// protects nothing.
    ///
    /// ## Examples
    /// ```yaml config
    /// packs: [switches]
    /// ```
    /// ```env bad file=.env.prod
    /// NODE_TLS_REJECT_UNAUTHORIZED=0
    /// #                            ^ env/insecure-switch
    /// # | `NODE_TLS_REJECT_UNAUTHORIZED` is `0`: Node accepts every certificate in every connection, so anyone on the
    /// # | way can read and change what is sent
    /// # | help: remove it; for an issuer of your own set `NODE_EXTRA_CA_CERTS` to its certificate
    /// # >
    /// NODE_OPTIONS="--inspect=0.0.0.0:9229 --max-old-space-size=4096"
    /// #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/insecure-switch
    /// # | `NODE_OPTIONS` holds `--inspect=0.0.0.0`: Node's debugger listens on all interfaces, and runs any code for
    /// # | whoever reaches it
    /// # | help: remove `--inspect`
    /// # > NODE_OPTIONS="--max-old-space-size=4096"
    /// AUTH_ENABLED=false
    /// #            ^^^^^ env/insecure-switch
    /// # | `AUTH_ENABLED` is off: everyone who reaches the program may use it
    /// # | help: set `AUTH_ENABLED=true`
    /// # > AUTH_ENABLED=true
    /// ```
    /// ```env good file=.env.prod
    /// NODE_TLS_REJECT_UNAUTHORIZED=1
    /// NODE_OPTIONS="--max-old-space-size=4096"
    /// AUTH_ENABLED=true
    /// GF_AUTH_ANONYMOUS_ENABLED=false
    /// ```
    /// ```env good file=.env.dev
    /// NODE_TLS_REJECT_UNAUTHORIZED=0
    /// ```
    ///
    /// ### Given by Compose
    /// ```yaml config
    /// packs: [switches]
    /// ```
    /// ```compose bad
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_HOST_AUTH_METHOD: ${AUTH_METHOD:-trust}
    /// #                                               ^^^^^ env/insecure-switch
    /// # | `POSTGRES_HOST_AUTH_METHOD` is `trust`: PostgreSQL lets everyone in who reaches its port, as any user,
    /// # | without a password
    /// # | help: set `POSTGRES_HOST_AUTH_METHOD=scram-sha-256`
    /// # >       POSTGRES_HOST_AUTH_METHOD: ${AUTH_METHOD:-scram-sha-256}
    ///   search:
    ///     image: elasticsearch:8.17.0
    ///     environment:
    ///       - xpack.security.enabled=false
    /// #                              ^^^^^ env/insecure-switch
    /// # | `xpack.security.enabled` is off: Elasticsearch asks nobody for a password; whoever reaches it reads and
    /// # | deletes everything
    /// # | help: set `xpack.security.enabled=true`
    /// # >       - xpack.security.enabled=true
    /// ```
    /// ```compose good
    /// services:
    ///   db:
    ///     image: postgres:17
    ///     environment:
    ///       POSTGRES_HOST_AUTH_METHOD: scram-sha-256
    /// ```
    ///
    /// ### One of your own
    /// ```yaml config
    /// rules:
    ///   env/insecure-switch:
    ///     switches:
    ///       SHOP_SKIP_LOGIN:
    ///         bad: on
    ///         why: everyone is the administrator
    ///         set: 0
    ///       SHOP_TOKEN_MINUTES, SHOP_*_MINUTES:
    ///         above: 1440
    ///         why: a stolen token works for more than a day
    ///         help: set it to at most `1440`
    ///         severity: medium
    /// ```
    /// ```env bad file=.env.prod
    /// SHOP_SKIP_LOGIN=yes
    /// #               ^^^ env/insecure-switch
    /// # | `SHOP_SKIP_LOGIN` is on: everyone is the administrator
    /// # | help: set `SHOP_SKIP_LOGIN=0`
    /// # > SHOP_SKIP_LOGIN=0
    /// SHOP_INVITE_MINUTES=43200
    /// #                   ^^^^^ env/insecure-switch
    /// # | `SHOP_INVITE_MINUTES` is `43200`: a stolen token works for more than a day
    /// # | help: set it to at most `1440`
    /// # > SHOP_INVITE_MINUTES=1440
    /// ```
    /// ```env fixed file=.env.prod
    /// SHOP_SKIP_LOGIN=0
    /// SHOP_INVITE_MINUTES=43200
    /// ```
    /// ```env good file=.env.prod
    /// SHOP_SKIP_LOGIN=no
    /// SHOP_INVITE_MINUTES=60
    /// ```
    ///
    /// ## What it does not report
    /// Files for development and tests. `gonogo packs show switches` prints the switches that are known everywhere; packs
    /// of frameworks add theirs, and `NAME: off` in `gonogo.yaml` takes one away.
    "env/insecure-switch" {
        severity: High, confidence: Certain, effect: Exposes, since: "0.1.0",
        refs: &["https://cwe.mitre.org/data/definitions/489.html", "https://cwe.mitre.org/data/definitions/1188.html"],
        params: &[Param::Switches { name: "switches", doc: "Variables, their wrong values, what follows, what to do." }],
        check: Check::Variables(switches::judge),
    }
}
