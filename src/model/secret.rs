//! Which names hold secrets, and what a secret's value is worth.
