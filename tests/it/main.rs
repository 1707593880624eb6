//! Everything a user can see, through the public API and the binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says so by failing")]

mod action;
mod board;
mod budget;
mod canary;
mod cert;
mod cli;
mod compose;
mod composed;
mod compositions;
mod dockerfile;
mod dotenv;
mod edges;
mod env;
mod fix;
mod formats;
mod git;
mod guides;
mod kinds;
mod layers;
mod loaders;
mod mutations;
mod named;
mod new_rule;
mod nginx;
mod nginx_mutants;
mod nginx_show;
mod numbers;
mod open;
mod order;
mod places;
mod policy;
mod projects;
mod readme;
mod robustness;
mod rules;
#[allow(dead_code, reason = "not every helper is used on every system")]
mod sandbox;
mod secrets;
mod shell;
mod show;
mod staged;
mod systemd;
mod tls;
mod waivers;
mod weight;
