//! `script/literal-secret`

use crate::model::Kind;
use crate::project::Commands;
use crate::rules::prelude::*;
use crate::secret::Worth;

rule! {
    /// A password, key or token that stands in a script or a schedule.
    ///
    /// ## Why
    /// The file is in version control and on every machine that it was copied to. What stands on a command line can be seen by every user
    /// of the machine while the program runs (`ps`).
    ///
    /// ## Examples
    /// ```sh bad file=backup.sh
    /// mysqldump -u shop -pZk4vT9rWq2Lm shop > shop.sql
    /// #                   ^^^^^^^^^^^^ script/literal-secret
    /// # | a password of `mysqldump` stands on the command line: whoever has the file or lists the processes can read
    /// # | it
    /// # | help: read it from a file that only the user of the script can read, then change it
    /// export PGPASSWORD="hT7-vq2Lx9_mRw"
    /// #                  ^^^^^^^^^^^^^^ script/literal-secret
    /// curl -u deploy:Xk29dLw8QmZp https://shop.example.org/hook
    /// #              ^^^^^^^^^^^^ script/literal-secret
    /// SSH_PASS="pq9wRU4qhpVW7x"
    /// #         ^^^^^^^^^^^^^^ script/literal-secret
    /// sshpass -p "$SSH_PASS" ssh root@shop.example.org uptime
    /// docker run -d -e SMTP_PASSWORD=mW4-tq8Zr2_xLd shop:1
    /// #                              ^^^^^^^^^^^^^^ script/literal-secret
    /// ```
    /// ```sh good file=backup.sh
    /// docker exec -e VAULT_TOKEN="$ROOT_TOKEN" vault vault secrets enable -path=kX29dLw8QmZp kv-v2
    /// mysqldump --defaults-extra-file=/root/.my.cnf shop > shop.sql
    /// export PGPASSWORD="$(cat /run/secrets/db)"
    /// curl -u "deploy:$TOKEN" https://shop.example.org/hook
    /// SECRET_KEY=${SECRET_KEY:-change-me}
    /// DB_PASSWORD=your-password-here
    /// docker compose -p "$PROJECT" up -d
    /// export PGPASSWORD=$(echo "$DATABASE_URL" | sed -n 's|.*://[^:]*:\([^@]*\)@.*|\1|p')
    /// ADMIN_PASSWORD="admin123"
    /// DASHBOARD_PASSWORD="${DASHBOARD_PASSWORD:-kX8-vq2Lx9_mRw}"
    /// ```
    /// ### For an account that the script makes
    /// ```sh good file=audit.sh
    /// PASS="Audit@Xk29dLw8"
    /// curl -X POST http://localhost:8080/api/auth/register -d "{\"email\":\"a@shop.test\",\"password\":\"$PASS\"}"
    /// ```
    /// ### In what Elastic Beanstalk runs
    /// ```yaml bad file=.ebextensions/shop.config
    /// container_commands:
    ///   01_warm:
    ///     command: curl -u deploy:Xk29dLw8QmZp https://shop.example.org/hook
    /// #                           ^^^^^^^^^^^^ script/literal-secret
    /// # | a password of `curl` stands on the command line: whoever has the file or lists the processes can read it
    /// # | help: read it from a file that only the user of the script can read, then change it
    /// # >     command: curl -u "deploy:$TOKEN" https://shop.example.org/hook
    /// ```
    /// ### In a Dockerfile
    /// ```dockerfile bad
    /// FROM python:3.13-slim
    /// RUN pip install --no-cache-dir \
    ///     https://shop:Xk29dLw8QmZp@pypi.example.org/shop.tgz
    /// #                ^^^^^^^^^^^^ script/literal-secret
    /// # | a password of `URL` stands in the Dockerfile: whoever has the file or the image can read it
    /// # | help: give it to the step with `RUN --mount=type=secret`, then change it
    /// # > RUN --mount=type=secret,id=netrc,target=/root/.netrc pip install --no-cache-dir https://pypi.example.org/shop.tgz
    /// ```
    /// ```dockerfile good
    /// FROM python:3.13-slim
    /// RUN SECRET_KEY=Xk29dLw8QmZp4vT9rWq2 ./manage.py collectstatic
    /// RUN --mount=type=secret,id=netrc,target=/root/.netrc pip install https://pypi.example.org/shop.tgz
    /// ```
    "script/literal-secret" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html"],
        check: Check::Commands(check),
    }
}

fn check(commands: &Commands, ctx: &Context, sink: &mut Sink) {
    let shipped =
        matches!(commands.kind, Kind::Script | Kind::Crontab | Kind::Procfile | Kind::Dockerfile | Kind::Beanstalk);
    if !shipped || ctx.project.git().is_fixture(commands.path) {
        return sink.not_applicable();
    }
    let account = |word: &Spanned<String>| word.value.contains("/register") || word.value.contains("/signup");
    let registers = commands.steps.iter().any(|step| step.tool() == "curl" && step.words.iter().any(account));
    for literal in commands.steps.iter().flat_map(|step| step.literals()) {
        if literal.own.worth() != Worth::Real || is_words(&literal.own.value.value) {
            continue;
        }
        // Who makes the account here chose its password.
        if !literal.argument && registers {
            continue;
        }
        // A build step is often given some value, so that it runs at all.
        if commands.are_of_image() && !literal.argument {
            continue;
        }
        let name = &literal.own.name;
        let message = if commands.are_of_image() {
            format!("a password of `{name}` stands in the Dockerfile: whoever has the file or the image can read it")
        } else if literal.argument {
            format!(
                "a password of `{name}` stands on the command line: whoever has the file or lists the processes can read it"
            )
        } else {
            format!("the value of `{name}` stands in the script: whoever has the file can read it")
        };
        let help = match commands.are_of_image() {
            true => "give it to the step with `RUN --mount=type=secret`, then change it",
            false => "read it from a file that only the user of the script can read, then change it",
        };
        sink.report(literal.own.value.span, message).help(help).cause(&literal.own.value.value, "the same value");
    }
}

/// Whether a value is made of words: an example, or a password that anybody tries.
fn is_words(value: &str) -> bool {
    const SAYS: [&str; 6] = ["demo", "example", "test", "sample", "local", "dummy"];
    let lower = value.to_ascii_lowercase();
    value.contains(' ') || SAYS.iter().any(|word| lower.contains(word))
}
