//! `script/pip-refused`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;

rule! {
    /// pip is to install into the system's own Python, which refuses it.
    ///
    /// ## Why
    /// Debian since 12 and Ubuntu since 23.04 mark their Python as managed by `apt`. pip ends with "externally-managed-environment"
    /// outside of a virtual environment, as root and with `--user`, too, and the application lacks everything it needs.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y python3 python3-pip
    /// cd /opt/shop
    /// pip3 install -r requirements.txt
    /// ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/pip-refused
    /// | Debian since 12 and Ubuntu since 23.04 refuse this outside of a virtual environment: nothing is installed
    /// | help: make one, and call its pip: `python3 -m venv venv`, then `venv/bin/pip install`
    /// # > python3 -m venv venv
    /// # > venv/bin/pip install -r requirements.txt
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~bash
    /// sudo apt install -y python3 python3-venv
    /// cd /opt/shop
    /// python3 -m venv venv
    /// source venv/bin/activate
    /// pip install -r requirements.txt
    /// ~~~
    /// ```
    /// ```sh bad file=deploy.sh
    /// apt-get install -y python3-pip
    /// cd /opt/shop && python3 -m pip install --user gunicorn
    /// #               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ script/pip-refused
    /// # | Debian since 12 and Ubuntu since 23.04 refuse this outside of a virtual environment: nothing is installed
    /// # | help: make one, and call its pip: `python3 -m venv venv`, then `venv/bin/pip install`
    /// # > cd /opt/shop && python3 -m venv venv && venv/bin/pip install gunicorn
    /// ```
    /// ```sh good file=deploy.sh
    /// apt-get install -y python3-pip
    /// pip3 install --break-system-packages gunicorn
    /// pip3 install --target /opt/shop/lib -r requirements.txt
    /// ```
    /// ```markdown good file=SECURITY.md
    /// ~~~bash
    /// pip install slowapi
    /// sudo apt install -y certbot python3-certbot-nginx
    /// ~~~
    /// ```
    /// ### A release before that
    /// ```markdown good file=DEPLOYMENT.md
    /// A server with Ubuntu 22.04.
    /// ~~~bash
    /// sudo apt install -y python3-pip
    /// pip3 install -r requirements.txt
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Guides and scripts that speak of a virtual environment, or of another Python than that of the system.
    "script/pip-refused" {
        severity: Medium, confidence: Likely, effect: BreaksAtRuntime, since: "0.1.0",
        at_first: true,
        refs: &["https://peps.python.org/pep-0668/"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    if !matches!(commands.kind, Kind::Script | Kind::Guide) || commands.run_in_image() {
        return sink.not_applicable();
    }
    let mut installs = commands.steps.iter().filter(|step| {
        step.inside.is_none() && !step.contained && !step.flow.tested && step.installs_into_system_python()
    });
    let Some(step) = installs.next().filter(|_| ctx.project.refuses_pip(commands.file)) else { return };
    let finding = sink.report(
        step.span,
        "Debian since 12 and Ubuntu since 23.04 refuse this outside of a virtual environment: nothing is installed",
    );
    finding.help("make one, and call its pip: `python3 -m venv venv`, then `venv/bin/pip install`");
    finding.cause(commands.file, "this as well");
    if commands.is_read_along() || commands.is_only_a_helper() || step.flow.branch {
        finding.severity(Low);
    }
}
