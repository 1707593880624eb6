//! Rules about Compose files.

rules! {}
