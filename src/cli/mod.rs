//! The command line.

mod check;

/// Runs the program; the result is the exit code.
pub fn run() -> u8 {
    check::run()
}
