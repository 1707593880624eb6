//! Rules about certificate chains.

rules! {}
