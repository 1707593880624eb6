//! Rules about `gunicorn.conf.py`.

mod overridden;
mod reload_on;
mod set_twice;
mod unknown_setting;

rules! {
    set_twice,
    overridden,
    unknown_setting,
    reload_on,
}
