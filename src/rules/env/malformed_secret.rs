//! `env/malformed-secret`

use crate::project::Variables;
use crate::rules::prelude::*;
use crate::secret::{Format, Limits, Weakness};

rule! {
    /// A key that the program it is for does not take.
    ///
    /// ## Why
    /// Some programs hand a secret to a cipher as it is: a Fernet key is 32 bytes in base64, Laravel's `APP_KEY` 32 bytes, the
    /// key of Rails' credentials 32 hexadecimal digits. A longer one is not stronger, it is an exception with the first
    /// request that encrypts something.
    ///
    /// ## Examples
    /// ```env bad file=.env.prod
    /// APP_KEY=base64:nX3wT0y5oQv1b9GmXc7L2kq8Zg==
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/malformed-secret
    /// # | `APP_KEY` does not fit Laravel: it does not decode to 32 bytes, and AES-256 takes no others
    /// # | help: run `gonogo secret --format laravel` and put its output here
    /// # > APP_KEY=base64:jB5VbNaAiiocYBfHG7+Z1DNfNWDQoVJfu2xW7kK8z8A=
    /// AIRFLOW__CORE__FERNET_KEY=f3a9c1d27b60e84512aa90bc7d3e5f18f3a9c1d27b60e84512aa90bc7d3e5f10
    /// #                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/malformed-secret
    /// # | `AIRFLOW__CORE__FERNET_KEY` does not fit Fernet: it is not 32 bytes in base64 with the closing `=`
    /// # | help: run `gonogo secret --format fernet` and put its output here
    /// # > AIRFLOW__CORE__FERNET_KEY=1IABXlW0z-BENah24pW5ToXqM72Aiz2Ys2nd36ZkpKk=
    /// RAILS_MASTER_KEY=q8Zr-PlmT2_vXc91kd03Bfw7
    /// #                ^^^^^^^^^^^^^^^^^^^^^^^^ env/malformed-secret
    /// # | `RAILS_MASTER_KEY` does not fit Rails: it is not made of 32 hexadecimal digits
    /// # | help: run `gonogo secret --length 32` and put its output here
    /// # > RAILS_MASTER_KEY=1773fd7589387c18d9038fa5159ca44e
    /// OAUTH2_PROXY_COOKIE_SECRET=nX3wT0y5oQ+1b9GmXc7L2kq8ZrPlmT2/Xc91kd03Bfw=
    /// #                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/malformed-secret
    /// # | `OAUTH2_PROXY_COOKIE_SECRET` does not fit oauth2-proxy: it is not 16, 24 or 32 bytes long, neither as it
    /// # | stands nor in URL-safe base64
    /// # | help: run `gonogo secret --length 32` and put its output here
    /// # > OAUTH2_PROXY_COOKIE_SECRET=e4a41ca51958f8830d9c814378d93771
    /// NUXT_SESSION_PASSWORD=hT7-vq2Lx9_mRwK4pZ
    /// #                     ^^^^^^^^^^^^^^^^^^ env/malformed-secret
    /// # | `NUXT_SESSION_PASSWORD` does not fit the session library: it has fewer than 32 characters
    /// # | help: run `gonogo secret` and put its output here
    /// # > NUXT_SESSION_PASSWORD=9a5be3d2ef3259772f5ec5217c1b7a6dcd29093206273df76140191ef33e6552
    /// ```
    /// ```env bad file=.env.staging
    /// PHX_HOST=shop.de
    /// SECRET_KEY_BASE=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// #               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ env/malformed-secret
    /// # | `SECRET_KEY_BASE` does not fit Phoenix: it has fewer than 64 bytes
    /// # | help: run `gonogo secret --length 128` and put its output here
    /// # > SECRET_KEY_BASE=4db0a146cf667220b83059bbeb3acf66728fd96de609cbfa4045c5fd3f0213b065f0b32238b732a7d66b50dcd4bb874b0b9bea6cb807f6e1ee3da48bc4d775fc
    /// ```
    /// ```env good file=.env.prod
    /// APP_KEY=base64:nX3wT0y5oQv1b9GmXc7L2kq8ZrPlmT2/Xc91kd03Bfw=
    /// FERNET_KEY=nX3wT0y5oQv1b9GmXc7L2kq8ZrPlmT2_Xc91kd03Bfw=
    /// RAILS_MASTER_KEY=f3a9c1d27b60e84512aa90bc7d3e5f18
    /// OAUTH2_PROXY_COOKIE_SECRET=nX3wT0y5oQ-1b9GmXc7L2kq8ZrPlmT2_Xc91kd03Bfw=
    /// FERNET_SALT=abc
    /// ```
    ///
    /// ### Given by Compose
    /// ```compose bad
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       RAILS_MASTER_KEY: q8Zr-PlmT2_vXc91kd03Bfw7
    /// #                       ^^^^^^^^^^^^^^^^^^^^^^^^ env/malformed-secret
    /// # | `RAILS_MASTER_KEY` does not fit Rails: it is not made of 32 hexadecimal digits
    /// # | help: run `gonogo secret --length 32`, put its output into `.env`, and write `${RAILS_MASTER_KEY:?}` here
    /// # >       RAILS_MASTER_KEY: ${RAILS_MASTER_KEY:?}
    /// ```
    /// ```env fixed file=.env
    /// RAILS_MASTER_KEY=1773fd7589387c18d9038fa5159ca44e
    /// ```
    /// ```compose good
    /// services:
    ///   web:
    ///     image: shop/web:1
    ///     environment:
    ///       RAILS_MASTER_KEY: ${RAILS_MASTER_KEY:?}
    /// ```
    ///
    /// ### `APP_KEY` of AdonisJS, which takes any text
    /// ```env good file=.env.prod
    /// NODE_ENV=production
    /// APP_DEBUG=false
    /// SESSION_DRIVER=cookie
    /// APP_KEY=q8Zr-PlmT2_vXc91kd03Bfw7hT7-vq2Lx9_mRwK4pZ
    /// ```
    ///
    /// ### Another cipher
    /// ```env good file=.env.prod
    /// APP_CIPHER=AES-128-CBC
    /// APP_KEY=base64:nX3wT0y5oQv1b9GmXc7L2g==
    /// ```
    ///
    /// ### Raw bytes, as old versions of Laravel wrote them
    /// ```env good file=.env.prod
    /// APP_DEBUG=false
    /// LOG_CHANNEL=stack
    /// APP_KEY=q8Zr-PlmT2_vXc91kd03Bfw7hT7-vq2L
    /// ```
    ///
    /// ## What it does not report
    /// Values that are placeholders, defaults or weak: other rules do.
    "env/malformed-secret" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://laravel.com/docs/encryption",
            "https://cryptography.io/en/latest/fernet/",
            "https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview#generating-a-cookie-secret",
        ],
        check: Check::Variables(check),
    }
}

fn check(env: &Variables, _: &Context, sink: &mut Sink) {
    for credential in env.credentials() {
        let Some(Weakness::Malformed(format, why)) = env.weakness(credential, &Limits::default()) else { continue };
        let message = format!("{} does not fit {}: {why}", credential.subject(), format.whose());
        let command = Format::command_for(Some(format));
        let help = match env.in_env_file(&credential.var, credential.span) {
            true => format!("run `{command}` and put its output here"),
            false => format!(
                "run `{command}`, put its output into `.env`, and write `${{{}:?}}` here",
                credential.var.key.value
            ),
        };
        sink.report(credential.span, message).help(help);
    }
}
