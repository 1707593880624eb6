//! Caches and folders for files.

use super::Judge;
use crate::model::nginx::problem::Kind;
use crate::model::nginx::values::{is_flag, is_number, is_offset, is_time, size};

/// `ngx_http_file_cache_set_slot`
pub fn path(it: &mut Judge<'_, '_>) {
    let mut zone = it.directive.args.iter().any(|word| it.open(word));
    for word in it.from(1) {
        let Some((key, value)) = word.value.split_once('=') else {
            it.unknown(word, "write it as `keys_zone=NAME:10m`, `inactive=60m`, `max_size=1g`");
            continue;
        };
        let ok = match key {
            "keys_zone" => {
                zone = true;
                let bytes = value.split_once(':').filter(|(name, _)| !name.is_empty());
                // Two pages of memory are the least.
                bytes.is_some_and(|(_, bytes)| size(bytes).is_some_and(|bytes| bytes >= 2 * 4096))
            }
            "levels" => value.is_empty() || is_levels(value),
            "inactive" => is_time(value, false),
            "max_size" | "min_free" => is_offset(value) && !value.is_empty(),
            "loader_files" | "manager_files" | "purger_files" => is_number(value) && !value.is_empty(),
            "loader_sleep" | "manager_sleep" | "purger_sleep" | "loader_threshold" | "manager_threshold"
            | "purger_threshold" => is_time(value, true),
            "use_temp_path" => matches!(value, "on" | "off"),
            "purger" => is_flag(value),
            _ => {
                it.unknown(word, "write it as `keys_zone=NAME:10m`, `inactive=60m`, `max_size=1g`");
                continue;
            }
        };
        if !ok {
            let (what, help) = match key {
                "keys_zone" => ("a name and a size of 8k at least", "write it as `keys_zone=NAME:10m`"),
                "levels" => ("up to three numbers that are 1 or 2", "write it as `levels=1:2`"),
                "max_size" | "min_free" => ("a size", "write it as `max_size=1g`"),
                "use_temp_path" | "purger" => ("`on` or `off`", "write it as `use_temp_path=off`"),
                "loader_files" | "manager_files" | "purger_files" => ("a whole number", "write a whole number"),
                _ => ("a time", "write it as `60m` or `10d`"),
            };
            it.refuse(word, format!("`{key}` takes {what}, and this is none"), help);
        }
    }
    if !zone {
        let name = &it.directive.name.value;
        it.refuse_all(Kind::Arguments, format!("`{name}` needs `keys_zone`"), "add `keys_zone=NAME:10m`");
    }
}

fn is_levels(value: &str) -> bool {
    let parts: Vec<&str> = value.split(':').collect();
    parts.len() <= 3 && parts.iter().all(|part| matches!(*part, "1" | "2"))
}

/// `ngx_http_file_cache_valid_set_slot`
pub fn valid(it: &mut Judge<'_, '_>) {
    let Some((last, codes)) = it.directive.args.split_last() else { return };
    if !it.open(last) && !is_time(&last.value, false) {
        let help = "write the time last: `200 302 10m`";
        it.refuse(last, format!("`{}` takes a time, and this is none", it.directive.name.value), help);
    }
    for word in codes.iter().filter(|word| !it.open(word)).collect::<Vec<_>>() {
        let code = is_number(&word.value) && word.value.parse().is_ok_and(|code: u32| (100..=599).contains(&code));
        if !code && &*word.value != "any" {
            it.refuse(word, "a status code from 100 to 599 is wanted here, or `any`", "write it as `200 302 10m`");
        }
    }
}

/// `ngx_conf_set_path_slot`
pub fn temp_path(it: &mut Judge<'_, '_>) {
    for word in it.from(1) {
        if !is_number(&word.value) || word.value.parse().is_ok_and(|level: u64| level == 0 || level > 10) {
            let help = "write one to three numbers, like `1 2`";
            it.refuse(word, format!("`{}` takes the lengths of folder names here", it.directive.name.value), help);
        }
    }
}

/// `ngx_conf_set_access_slot`
pub fn access(it: &mut Judge<'_, '_>) {
    for word in it.from(0) {
        let rights = ["user:", "group:", "all:"].iter().find_map(|who| word.value.strip_prefix(who));
        if !matches!(rights, Some("r" | "rw")) {
            let help = "write it as `user:rw group:r all:r`";
            it.refuse(word, format!("`{}` takes rights, and these are none", it.directive.name.value), help);
        }
    }
}
