//! The two streams, and the error every subcommand can end in.

use std::io::{self, BufWriter, ErrorKind, Write};

use crate::report::{flat, plain};

/// A run that ends before there is anything to judge: exit code 2 and what to say, one line each.
pub struct Failure(pub Vec<String>);

impl<T: Into<String>> From<T> for Failure {
    fn from(message: T) -> Self {
        Failure(vec![message.into()])
    }
}

/// Writes the result to standard output, without anything in it that a terminal or the log of a build would obey. A reader
/// that went away (`| head`) ends it quietly.
///
/// # Errors
/// When standard output cannot be written for another reason.
pub fn print(text: &str) -> Result<(), Failure> {
    print_as_it_is(|out| out.write_all(plain(text).as_bytes()))
}

/// Standard output is written line by line otherwise.
const CHUNK: usize = 64 * 1024;

/// Writes a report or a diff to standard output: their formats say themselves what may stand in them.
///
/// # Errors
/// See [`print`].
pub fn print_as_it_is(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(CHUNK, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {}", error.kind()).into())
        }
        _ => Ok(()),
    }
}

/// Says something about the run itself, on standard error and in one line, whatever names are in it.
pub fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "gonogo: {}", plain(&flat(message)));
}
