//! Rules about files of PEM blocks.

rules! {}
