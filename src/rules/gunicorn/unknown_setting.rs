//! `gunicorn/unknown-setting`

use crate::model::gunicorn::GunicornConf;
use crate::rules::prelude::*;
use crate::syntax::near::letters_apart;

rule! {
    /// A name that is nearly that of a setting of gunicorn.
    ///
    /// ## Why
    /// gunicorn takes every name it does not know for one of the program's own and says nothing: the setting keeps its default.
    ///
    /// ## Examples
    /// ```gunicorn bad
    /// bind = "127.0.0.1:8000"
    /// worker = 4
    /// ^^^^^^ gunicorn/unknown-setting
    /// | gunicorn has no setting `worker`, and takes it for a name of the program's own
    /// | help: write `workers`
    /// # > workers = 4
    /// ```
    /// ```gunicorn good
    /// bind = "127.0.0.1:8000"
    /// workers = 4
    /// cores = 2
    /// worker = 4
    /// threads = worker * 2
    /// ```
    "gunicorn/unknown-setting" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://docs.gunicorn.org/en/stable/settings.html"],
        check: Check::Gunicorn(check),
    }
}

/// The settings of gunicorn 23 (`gunicorn/config.py`), without options of the command line alone.
pub(super) const SETTINGS: [&str; 93] = [
    "config",
    "bind",
    "backlog",
    "workers",
    "worker_class",
    "threads",
    "worker_connections",
    "max_requests",
    "max_requests_jitter",
    "timeout",
    "graceful_timeout",
    "keepalive",
    "limit_request_line",
    "limit_request_fields",
    "limit_request_field_size",
    "reload",
    "reload_engine",
    "reload_extra_files",
    "spew",
    "check_config",
    "print_config",
    "preload_app",
    "sendfile",
    "reuse_port",
    "chdir",
    "daemon",
    "raw_env",
    "pidfile",
    "worker_tmp_dir",
    "user",
    "group",
    "umask",
    "initgroups",
    "tmp_upload_dir",
    "secure_scheme_headers",
    "forwarded_allow_ips",
    "accesslog",
    "disable_redirect_access_to_syslog",
    "access_log_format",
    "errorlog",
    "loglevel",
    "capture_output",
    "logger_class",
    "logconfig",
    "logconfig_dict",
    "logconfig_json",
    "syslog_addr",
    "syslog",
    "syslog_prefix",
    "syslog_facility",
    "enable_stdio_inheritance",
    "statsd_host",
    "dogstatsd_tags",
    "statsd_prefix",
    "proc_name",
    "default_proc_name",
    "pythonpath",
    "paste",
    "on_starting",
    "on_reload",
    "when_ready",
    "pre_fork",
    "post_fork",
    "post_worker_init",
    "worker_int",
    "worker_abort",
    "pre_exec",
    "pre_request",
    "post_request",
    "child_exit",
    "worker_exit",
    "nworkers_changed",
    "on_exit",
    "ssl_context",
    "proxy_protocol",
    "proxy_allow_ips",
    "keyfile",
    "certfile",
    "ssl_version",
    "cert_reqs",
    "ca_certs",
    "suppress_ragged_eofs",
    "do_handshake_on_connect",
    "ciphers",
    "raw_paste_global_conf",
    "permit_obsolete_folding",
    "strip_header_spaces",
    "permit_unconventional_http_method",
    "permit_unconventional_http_version",
    "casefold_http_method",
    "forwarder_headers",
    "header_map",
    "wsgi_app",
];

fn check(conf: &GunicornConf, _: &Context, sink: &mut Sink) {
    for (name, _) in conf.settings.iter().filter(|(name, _)| !SETTINGS.contains(&name.value.as_str())) {
        let word = name.value.as_str();
        let used = conf
            .settings
            .iter()
            .any(|(_, text)| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|own| own == word));
        let most = if word.len() > 8 { 2 } else { 1 };
        let near = SETTINGS.iter().find(|own| word.len() > 3 && letters_apart(word, own) <= most);
        let Some(near) = near.filter(|near| !used && !conf.settings.iter().any(|(other, _)| other.value == **near))
        else {
            continue;
        };
        sink.report(
            name.span,
            format!("gunicorn has no setting `{word}`, and takes it for a name of the program's own"),
        )
        .help(format!("write `{near}`"));
    }
}
