//! gonogo reads every file of a deployment, joins them into one model, judges it and says go or no-go.
//!
//! The pipeline, from bytes to verdict, is the order of the modules. Each may use the ones above it, never one below:
//!
//! | layer | what it does |
//! |---|---|
//! | `cut` | takes a part of a text and never fails |
//! | `memo` | keeps answers that follow from a text alone |
//! | [`threads`] | does the same to many things at once, with the same result for any number of threads |
//! | [`secret`] | which names, values and bytes of a text are secret, and which may be shown |
//! | [`source`] | finds files, points into them, masks secrets |
//! | [`syntax`] | one tolerant parser per format, and which files are its own; never fails as a whole |
//! | [`model`] | what a file means: typed views per domain |
//! | [`project`] | what the files mean together: the deployment and its edges |
//! | [`rules`] | one rule, one file: looks at the model and reports |
//! | [`policy`] | packs, configuration, waivers: which rule counts how much where |
//! | [`engine`] | runs it all in parallel and sorts the result |
//! | [`fix`] | applies fixes and judges again before anything is written |
//! | [`report`] | prints a report in one of the output formats |
//! | [`cli`] | the command line |

#![cfg_attr(not(test), warn(clippy::string_slice))]

pub mod cli;
mod cut;
pub mod engine;
pub mod fix;
mod memo;
pub mod model;
pub mod policy;
pub mod project;
pub mod report;
pub mod rules;
pub mod secret;
pub mod source;
pub mod syntax;
pub mod threads;
