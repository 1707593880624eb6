//! Rules about the order and completeness of certificate files.

rules! {}
