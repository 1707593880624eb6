//! Rules about private keys.

rules! {}
