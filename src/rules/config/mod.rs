//! Rules about `gonogo.yaml`. What cannot be read in it is an error; these are about what has no effect.

mod unmatched_pattern;

rules! {
    unmatched_pattern,
}
