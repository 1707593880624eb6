//! Printing a report: one file per format. Text of a project file reaches a printer only through
//! [`crate::source::Source::shown`].

pub mod concise;
