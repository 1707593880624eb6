//! The run: read, join, judge, sort.

mod board;
mod causes;
mod judge;
mod load;
mod report;
mod seal;
mod sets;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use board::{Board, Evidence, Row, State as BoardState};
pub use judge::{judge, judge_one_by_one};
pub use load::load;
pub use report::{Answered, Fault, Outcomes, Report, Verdict};

/// The name of the project as a whole among the paths of faults.
const WHOLE: &str = "the project";
/// Runs `f`; a panic becomes a fault of `path`. What the panic says is dropped: it could hold a value.
fn guard<T>(path: &str, f: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|_| Fault {
        path: path.to_owned(),
        message: "internal error in gonogo while working on this file; please report it".into(),
    })
}
/// What went well; the rest becomes faults.
fn settle<T>(results: Vec<Result<T, Fault>>, faults: &mut Vec<Fault>) -> Vec<T> {
    results.into_iter().filter_map(|result| result.map_err(|fault| faults.push(fault)).ok()).collect()
}
