//! `systemd/venv-not-made`

use crate::model::units::{Unit, UnitType};
use crate::rules::prelude::*;

rule! {
    /// A service is started from a virtual environment that is made elsewhere.
    ///
    /// ## Why
    /// The scripts or the guide make an environment of another name, so the program is not where the unit says:
    /// "Failed at step EXEC ... No such file or directory".
    ///
    /// ## Examples
    /// ```unit bad file=shop.service
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/.venv/bin/gunicorn shop:app
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ systemd/venv-not-made
    /// # | no step makes the environment `.venv`: what is made is called `venv`, so the service does not start
    /// # | help: write the name that is made: `/opt/shop/venv/bin/gunicorn`
    /// # > ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    /// ```sh both file=setup.sh
    /// cd /opt/shop
    /// python3 -m venv venv
    /// venv/bin/pip install -r requirements.txt
    /// ```
    /// ```unit good file=shop.service
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/venv/bin/gunicorn shop:app
    /// ```
    ///
    /// ### What poetry makes
    /// Poetry keeps environments below `~/.cache/pypoetry/virtualenvs`, unless `virtualenvs.in-project` is set or a `.venv` is there.
    /// ```unit bad file=shop.service
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/.venv/bin/gunicorn shop:app
    /// #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ systemd/venv-not-made
    /// # | poetry makes its environment below `~/.cache`, and none in the project: the service does not start
    /// # | help: have poetry make it in the project: `poetry config virtualenvs.in-project true` in front of `poetry
    /// # | install`
    /// ```
    /// ```sh bad file=setup.sh
    /// cd /opt/shop
    /// poetry install --only main
    /// ```
    /// ```unit good file=shop.service
    /// [Service]
    /// User=shop
    /// ExecStart=/opt/shop/.venv/bin/gunicorn shop:app
    /// ```
    /// ```sh good file=setup.sh
    /// cd /opt/shop
    /// poetry config virtualenvs.in-project true
    /// poetry install --only main
    /// ```
    ///
    /// ## What it does not report
    /// Projects that make several environments, or have uv, pipenv or conda make them.
    "systemd/venv-not-made" {
        severity: High, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        refs: &[
            "https://docs.python.org/3/library/venv.html",
            "https://python-poetry.org/docs/configuration/#virtualenvsin-project",
        ],
        at_first: true,
        check: Check::Unit(check),
    }
}

fn check(unit: &Unit, ctx: &Context, sink: &mut Sink) {
    if unit.kind != UnitType::Service {
        return sink.not_applicable();
    }
    for command in unit.commands("ExecStart") {
        // What stands in front, `/path/to`, is filled in; how the environment is called is not.
        let Some(program) = command.words.first() else { continue };
        let parts: Vec<&str> = program.value.split('/').collect();
        let [.., name, "bin", tool] = parts[..] else { continue };
        if !name.contains("env") || program.value.contains(['$', '%', '<', '{']) {
            continue;
        }
        if let Some(at) = ctx.project.made_by_poetry(name) {
            sink.report(
                program.span,
                "poetry makes its environment below `~/.cache`, and none in the project: the service does not start",
            )
            .help("have poetry make it in the project: `poetry config virtualenvs.in-project true` in front of `poetry install`")
            .related(at, "made here");
            continue;
        }
        let Some((made, at)) = ctx.project.only_other_environment(name) else { continue };
        let there = program.value.replace(&format!("/{name}/bin/{tool}"), &format!("/{made}/bin/{tool}"));
        sink.report(
            program.span,
            format!(
                "no step makes the environment `{name}`: what is made is called `{made}`, so the service does not start"
            ),
        )
        .help(format!("write the name that is made: `{there}`"))
        .related(at, "made here");
    }
}
