//! The two streams, and the error every subcommand can end in.

use std::io::{ErrorKind, Write};

/// A run that ends before there is anything to judge: exit code 2 and one message.
pub struct Failure(pub String);

impl<T: Into<String>> From<T> for Failure {
    fn from(message: T) -> Self {
        Failure(message.into())
    }
}

/// Writes the result to standard output. A reader that went away (`| head`) ends it quietly.
///
/// # Errors
/// When standard output cannot be written for another reason.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {}", error.kind()).into())
        }
        _ => Ok(()),
    }
}

/// Says something about the run itself, on standard error.
pub fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "gonogo: {message}");
}
