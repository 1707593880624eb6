//! Rules that join files.

rules! {}
