//! Rules about the armour around certificates and keys.

rules! {}
