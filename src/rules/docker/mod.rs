//! Rules about Dockerfiles.

mod impossible_stage;
mod invalid_base;
mod invalid_instruction;
mod literal_secret;
mod no_stage;
mod open_heredoc;
mod unknown_instruction;

rules! {
    unknown_instruction,
    open_heredoc,
    no_stage,
    invalid_instruction,
    invalid_base,
    impossible_stage,
    literal_secret,
}
