//! Workers, events and thread pools.

use super::Judge;
use super::access::is_network;
use crate::model::nginx::problem::Kind;
use crate::model::nginx::values::is_number;

/// Settings of the main level and of `events`.
pub fn setting(it: &mut Judge<'_, '_>) {
    let Some(word) = it.first() else { return };
    let value = &*word.value;
    match &*it.directive.name.value {
        "worker_connections" if !is_count(value) => number(it),
        "worker_processes" if value != "auto" && !is_count(value) => {
            it.refuse(word, "`worker_processes` takes a number, or `auto`", "write `worker_processes auto;`");
        }
        "worker_cpu_affinity" if value != "auto" && !value.bytes().all(|byte| matches!(byte, b'0' | b'1')) => {
            it.refuse(word, "a mask of processors is zeros and ones", "write `worker_cpu_affinity auto;`");
        }
        "worker_priority" if !is_count(value.trim_start_matches(['-', '+'])) => number(it),
        "use" => {
            const METHODS: [&str; 8] = ["epoll", "kqueue", "poll", "select", "eventport", "/dev/poll", "rtsig", "aio"];
            if !METHODS.contains(&value) {
                it.refuse(word, "nginx does not know this method", "remove the line: nginx takes the best one");
            }
        }
        "debug_connection" if value.contains('/') && value != "unix:" && !is_network(value) => {
            it.refuse(word, "this is no network", "write an address or a network like `10.0.0.0/8`");
        }
        "thread_pool" => pool(it),
        _ => {}
    }
}

fn number(it: &mut Judge<'_, '_>) {
    if let Some(word) = it.first() {
        let message = format!("`{}` takes a number, and this is none", it.directive.name.value);
        it.refuse(word, message, "write a whole number");
    }
}

fn is_count(value: &str) -> bool {
    !value.is_empty() && is_number(value)
}

/// `ngx_thread_pool`
fn pool(it: &mut Judge<'_, '_>) {
    let mut threads = false;
    for word in it.from(1) {
        let count = word.value.strip_prefix("threads=");
        threads |= count.is_some();
        match count.or_else(|| word.value.strip_prefix("max_queue=")) {
            Some(number) if is_count(number) && (count.is_none() || number.parse() != Ok(0u64)) => {}
            Some(_) => it.refuse(word, "a number above 0 is wanted here", "write it as `threads=32`"),
            None => it.unknown(word, "use `threads=` and `max_queue=`"),
        }
    }
    let open = it.directive.args.iter().any(|word| it.open(word));
    if !threads && !open && it.directive.arg(0) != Some("default") {
        it.refuse_all(Kind::Arguments, "`thread_pool` needs `threads`", "add `threads=32`");
    }
}
