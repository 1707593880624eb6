#![no_main]

mod common;

use gonogo::model::env::Masked;
use gonogo::syntax::dotenv::{Dialect, Environment, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let source = common::source(".env.prod", data);
    parse(&source);
    let environment: Environment = [("HOME".to_owned(), "/srv".to_owned())].into_iter().collect();
    let readings: Vec<_> = Dialect::ALL.iter().map(|dialect| dialect.read(&source, &environment)).collect();
    let masked = Masked::new(&source, &environment, &readings);
    for (dialect, reading) in Dialect::ALL.iter().zip(&readings) {
        for entry in reading.effective(*dialect) {
            masked.key(&entry.key.value);
            masked.value(&entry.key.value, &entry.value);
        }
    }
    common::check_one(".env.prod", data);
});
