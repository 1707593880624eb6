//! Rules about nginx.

rules! {}
