//! `script/nginx-before-certificate`

use crate::model::Meaning;
use crate::model::starts::Step;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::syntax::shell::base_name;

rule! {
    /// A guide starts nginx with a site whose certificate is made later.
    ///
    /// ## Why
    /// nginx refuses a configuration whose certificate is not there, with all other sites in it. `certbot --nginx` asks nginx first, so it
    /// refuses, too: whoever follows the steps gets no further.
    ///
    /// ## Examples
    /// ```markdown bad
    /// ~~~bash
    /// sudo cp shop.conf /etc/nginx/sites-available/shop.conf
    /// sudo ln -s /etc/nginx/sites-available/shop.conf /etc/nginx/sites-enabled/
    /// sudo nginx -t
    /// #    ^^^^^^^^ script/nginx-before-certificate
    /// # | nginx refuses its configuration here: the certificate is made further down
    /// # | help: let certbot make the certificate first (`certbot certonly --standalone`), or enable the site without
    /// # | HTTPS until it is there
    /// ~~~
    ///
    /// ~~~bash
    /// sudo certbot --nginx -d shop.de
    /// ~~~
    /// ```
    /// ```nginx both file=shop.conf
    /// server {
    ///     listen 443 ssl;
    ///     server_name shop.de;
    ///     ssl_certificate /etc/letsencrypt/live/shop.de/fullchain.pem;
    ///     ssl_certificate_key /etc/letsencrypt/live/shop.de/privkey.pem;
    ///     add_header Strict-Transport-Security "max-age=31536000" always;
    /// }
    /// ```
    /// ```markdown good
    /// ~~~bash
    /// sudo certbot certonly --standalone -d shop.de --deploy-hook "systemctl reload nginx"
    /// sudo ln -s /etc/nginx/sites-available/shop.conf /etc/nginx/sites-enabled/
    /// sudo nginx -t
    /// ~~~
    /// ```
    "script/nginx-before-certificate" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &["https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate"],
        at_first: true,
        check: Check::Commands(check),
    }
}

/// Whether nginx reads its files at this command.
fn reads(step: &Step) -> bool {
    let by_service = matches!(step.name(), "systemctl" | "service")
        && step.has("nginx")
        && ["start", "restart", "reload"].iter().any(|verb| step.has(verb));
    step.inside.is_none() && (by_service || step.is("nginx", &["-t"]) || step.is("nginx", &["-s", "reload"]))
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let Some(guide) = ctx.project.guides().find(|guide| guide.file == commands.file) else {
        return sink.not_applicable();
    };
    let (Some(first), Some(last)) = (commands.steps.first(), commands.steps.last()) else { return };
    let live = |path: &Spanned<String>| path.value.starts_with("/etc/letsencrypt/live/");
    // What this guide shows under a name is what it puts in there, whatever another guide shows under the same name.
    let certificate = |name: &str, step: &Step| {
        let told = |span: Span| ctx.project.told_at(span);
        let own = |span: Span| told(span).file == commands.file;
        let ahead = |span: Span| told(span).start < step.span.start;
        let servers = || ctx.project.servers().filter(|server| base_name(ctx.path(server.span)) == name);
        let shown = servers().any(|server| own(server.span) && ahead(server.span));
        let foreign = |span: Span| {
            told(span).file != span.file
                && ctx.project.is_shown(commands, name)
                && !ctx.project.shows_certificate(commands.file, step.span.start)
        };
        // A guide that shows the site twice has put in the first one here.
        let put_in = |span: Span| if own(span) { ahead(span) } else { !shown && !foreign(span) };
        servers()
            .filter(|server| put_in(server.span))
            .find_map(|server| server.certificates.iter().find(|path| live(path)))
    };
    let mut waits = None;
    for step in guide.steps() {
        let enables = matches!(step.name(), "ln" | "cp" | "mv" | "tee")
            && step
                .words
                .iter()
                .any(|word| word.value.contains("/sites-enabled") || word.value.contains("/nginx/conf.d"));
        if step.has("certbot") && !step.has("install") || step.name() == "certbot" {
            break;
        }
        if enables {
            waits =
                waits.or_else(|| step.arguments().iter().find_map(|word| certificate(base_name(&word.value), step)));
        }
        let Some(certificate) = waits.filter(|_| reads(step)) else { continue };
        // What is renewed is there.
        let makes = |other: &&Step| other.name() == "certbot" && !other.has("renew");
        let comes = guide.steps().iter().filter(makes).any(|other| other.span.start > step.span.start);
        if comes && first.span.start <= step.span.start && step.span.start <= last.span.start {
            let from = step.argv().first().map_or(step.span, |word| word.span);
            sink.report(Span { end: step.span.end, ..from }, "nginx refuses its configuration here: the certificate is made further down")
                .help("let certbot make the certificate first (`certbot certonly --standalone`), or enable the site without HTTPS until it is there")
                .related(certificate.span, "it has to be there when nginx reads this");
        }
        break;
    }
}
