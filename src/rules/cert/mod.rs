//! Rules about certificates as they are served.

rules! {}
