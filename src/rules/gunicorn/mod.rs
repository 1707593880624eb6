//! Rules about `gunicorn.conf.py`.

mod reload_on;
mod set_twice;
mod unknown_setting;

rules! {
    set_twice,
    unknown_setting,
    reload_on,
}
