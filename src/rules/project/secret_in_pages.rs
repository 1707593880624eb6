//! `project/secret-in-pages`

use crate::project::Project;
use crate::rules::prelude::*;

rule! {
    /// A pipeline builds a key of the server into the pages.
    ///
    /// ## Why
    /// What `NEXT_PUBLIC_` and the like begin with is copied into the code that every visitor downloads. The service role key of Supabase
    /// passes by all rules of the database: whoever opens the page may read, change and delete every row. It looks just like the key for
    /// browsers; the word in the middle of the token tells them apart.
    ///
    /// ## Examples
    /// ```yaml bad file=.github/workflows/deploy.yml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: docker/build-push-action@v6
    ///         with:
    ///           push: true
    ///           tags: ghcr.io/acme/shop:latest
    ///           build-args: |
    ///             NEXT_PUBLIC_SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJlZiI6Imhlcm9ud2F0Y2hoZXJvbndhdGNoIiwicm9sZSI6InNlcnZpY2Vfcm9sZSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoyMDAwMDAwMDAwfQ.bm90IGEgc2lnbmF0dXJlLCBidXQgYXMgbG9uZyBhcyBvbmU
    /// #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ project/secret-in-pages
    /// # | `NEXT_PUBLIC_SUPABASE_ANON_KEY` is the service role key, which may read and change every row, and Next.js copies
    /// # | it into the code every visitor downloads
    /// # | help: give the key for browsers here, use this one on the server only, and issue a new one
    /// ```
    /// ```yaml good file=.github/workflows/deploy.yml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: docker/build-push-action@v6
    ///         with:
    ///           build-args: |
    ///             NEXT_PUBLIC_SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJlZiI6Imhlcm9ud2F0Y2hoZXJvbndhdGNoIiwicm9sZSI6ImFub24iLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MjAwMDAwMDAwMH0.bm90IGEgc2lnbmF0dXJlLCBidXQgYXMgbG9uZyBhcyBvbmU
    ///             NEXT_PUBLIC_STRIPE_KEY=${{ secrets.STRIPE_KEY }}
    /// ```
    /// ### The argument of a build
    /// ```compose bad
    /// services:
    ///   web:
    ///     build:
    ///       context: .
    ///       args:
    ///         VITE_SUPABASE_KEY: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJlZiI6Imhlcm9ud2F0Y2hoZXJvbndhdGNoIiwicm9sZSI6InNlcnZpY2Vfcm9sZSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoyMDAwMDAwMDAwfQ.bm90IGEgc2lnbmF0dXJlLCBidXQgYXMgbG9uZyBhcyBvbmU
    /// #       ^^^^^^^^^^^^^^^^^ project/secret-in-pages
    /// # | `VITE_SUPABASE_KEY` is the service role key, which may read and change every row, and Vite copies it into
    /// # | the code every visitor downloads
    /// # | help: give the key for browsers here, use this one on the server only, and issue a new one
    /// ```
    /// ```dockerfile both
    /// FROM nginx:1.29
    /// ```
    ///
    /// ## What it does not report
    /// Values that are not seen to be of a server, whatever their variables are called. Env files have a rule of their own.
    "project/secret-in-pages" {
        severity: Critical, confidence: Certain, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://supabase.com/docs/guides/api/api-keys"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for key in project.published_keys() {
        let what = match key.is_service_role {
            true => "is the service role key, which may read and change every row",
            false => "is a key that only the server may know",
        };
        let message =
            format!("`{}` {what}, and {} copies it into the code every visitor downloads", key.name, key.tool);
        let finding = sink.report(key.at, message);
        finding.help("give the key for browsers here, use this one on the server only, and issue a new one");
        finding.cause(&key.name, "the same key");
    }
}
