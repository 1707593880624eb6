//! Rules about Dockerfiles.

rules! {
    literal_secret,
}
