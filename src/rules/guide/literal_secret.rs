//! `guide/literal-secret`

use crate::model::guide;
use crate::project::Project;
use crate::rules::prelude::*;
use crate::secret::{Holds, Weakness, Worth};

rule! {
    /// A guide shows a password, key or token that opens something.
    ///
    /// ## Why
    /// The guide is in version control, and guides are what people pass on. Whoever reads it can log in, and whoever follows it on
    /// another server has the same secret there.
    ///
    /// ## Examples
    /// ```markdown bad file=DEPLOYMENT.md
    /// Create `/srv/shop/.env`:
    /// ~~~env
    /// DB_HOST=203.0.113.7
    /// DB_PASSWORD=Zk4vT9rWq2Lm
    /// #           ^^^^^^^^^^^^ guide/literal-secret
    /// # | the value of `DB_PASSWORD` stands in the guide: whoever can read the guide has it
    /// # | help: write a placeholder, `<password>`, and change it wherever it is in use
    /// # > DB_PASSWORD=<password>
    /// ~~~
    /// ```
    /// ```markdown bad file=docs/vps.md
    /// ~~~bash
    /// export DATABASE_URL=postgresql://shop:hT7vq2Lx9mRw@203.0.113.7:5432/shop
    /// #                                     ^^^^^^^^^^^^ guide/literal-secret
    /// # > export DATABASE_URL=postgresql://shop:<password>@203.0.113.7:5432/shop
    /// ~~~
    /// ```
    /// ```markdown bad file=docs/deploy.md
    /// ~~~bash
    /// ssh root@203.0.113.7
    /// # Password: Zk4vT9rWq2Lm
    /// #           ^^^^^^^^^^^^ guide/literal-secret
    /// # > # Password: <password>
    /// ~~~
    /// ```
    /// ### Between the blocks
    /// ```markdown bad file=docs/deploy.md
    /// ## Copy the data
    ///
    /// DATABASE_URL=postgresql://shop:hT7vq2Lx9mRw@db.acme.de:5432/shop
    /// #                              ^^^^^^^^^^^^ guide/literal-secret
    /// # | the value of `DATABASE_URL` stands in the guide: whoever can read the guide has it
    /// # | help: write a placeholder, `<password>`, and change it wherever it is in use
    /// # > DATABASE_URL=postgresql://shop:<password>@db.acme.de:5432/shop
    ///
    /// ~~~bash
    /// pg_dump -Fc -f shop.dump
    /// ~~~
    /// ```
    /// ```markdown good file=docs/deploy.md
    /// Replace this with the one of your provider:
    /// DATABASE_URL=postgresql://shop:hT7vq2Lx9mRw@db.acme.de:5432/shop
    ///
    /// ~~~bash
    /// pg_dump -Fc -f shop.dump
    /// ~~~
    ///
    /// ## Local development
    ///
    /// DB_PASSWORD=Zk4vT9rWq2Lm
    /// ```
    ///
    /// ### With signs in it
    /// ```markdown bad file=docs/deploy.md
    /// - **User**: root
    /// - **Password**: kqv$t7w!xH@Z^rM
    /// #               ^^^^^^^^^^^^^^^ guide/literal-secret
    /// # | the value of `PASSWORD` stands in the guide: whoever can read the guide has it
    /// # | help: write a placeholder, `<password>`, and change it wherever it is in use
    /// # > - **Password**: <password>
    /// ```
    /// ```markdown good file=docs/deploy.md
    /// - **User**: root
    /// - **Password**: $ROOT_PASSWORD
    ///
    /// It prints the password:
    ///
    /// ~~~
    /// Username : admin
    /// Password : Shop-a1b2c3d4e5f6g7h8i9j0
    /// ~~~
    /// ```
    ///
    /// ### Made of words
    /// ```markdown bad file=DEPLOY.md
    /// ~~~bash
    /// sudo -u postgres psql <<EOF
    /// CREATE USER shop WITH PASSWORD 'Molnar1992';
    /// #                               ^^^^^^^^^^ guide/literal-secret
    /// # | the value of `PASSWORD` stands in the guide: whoever can read the guide has it
    /// # | help: write a placeholder, `<password>`, and change it wherever it is in use
    /// # > CREATE USER shop WITH PASSWORD '<password>';
    /// EOF
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOYMENT.md
    /// ~~~sql
    /// CREATE USER shop WITH PASSWORD 'shop_password';
    /// CREATE USER shop WITH PASSWORD 'StrongPassword2024!';
    /// ~~~
    /// ~~~env
    /// JWT_SECRET=kX7yJ9mP4nQ8wT2vL5zR1aS6dF3gH0jK  # use the one generated above
    /// # Cambiar antes de usar
    /// MAPS_API_KEY=aK8wQ2vLx9TzR4mWk7pYc3nBf6sJd1gU
    ///
    /// WEBHOOK_SECRET=a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8
    ///
    /// DB_PASSWORD=your-secure-password
    /// JWT_SECRET=<openssl rand -hex 32>
    /// ADMIN_PASSWORD=ChangeMe123!
    /// SMTP_PASSWORD=strong_password_here
    /// ~~~
    /// ~~~bash
    /// export DATABASE_URL=postgresql://shop:password@localhost:5432/shop
    /// export DB_PASSWORD=$(openssl rand -hex 24)
    /// npx tsx -e "new Client({
    ///   password: config.bots.news.password,
    /// })"
    /// ~~~
    /// ~~~bash
    /// cat > .env.dev << 'EOF'
    /// DB_PASSWORD=Zk4vT9rWq2Lm
    /// EOF
    /// ~~~
    /// ## Development
    /// ~~~env
    /// DB_PASSWORD=Zk4vT9rWq2Lm
    /// ~~~
    /// ```
    ///
    /// ```markdown good file=DEPLOY.md
    /// Put your actual values:
    /// ~~~env
    /// DB_PASSWORD=Zk4vT9rWq2Lm
    /// ~~~
    /// ```
    /// ```markdown good file=DEVELOPER_SETUP.md
    /// ~~~env
    /// DB_PASSWORD=Zk4vT9rWq2Lm
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOY.md
    /// ~~~env
    /// DB_PASSWORD=Kiosk_local
    /// ~~~
    /// ```
    ///
    /// ```markdown bad file=deploy/DEPLOY.md
    /// ~~~bash
    /// cat > .env.dev << 'EOF'
    /// DB_PASSWORD=Zk4vT9rWq2Lm
    /// EOF
    /// cat > .env << 'EOF'
    /// DB_PASSWORD=hT7vq2Lx9mRw
    /// #           ^^^^^^^^^^^^ guide/literal-secret
    /// # | the value of `DB_PASSWORD` stands in the guide: whoever can read the guide has it
    /// # | help: write a placeholder, `<password>`, and change it wherever it is in use
    /// # > DB_PASSWORD=<password>
    /// EOF
    /// ~~~
    /// ```
    /// ### In a request
    /// ```markdown bad file=DEPLOY.md
    /// ~~~json
    /// {
    ///   "username": "shop",
    ///   "password": "Zk4vT9rWq2Lm"
    ///                ^^^^^^^^^^^^ guide/literal-secret
    /// | the value of `PASSWORD` stands in the guide: whoever can read the guide has it
    /// | help: write a placeholder, `<password>`, and change it wherever it is in use
    /// }
    /// ~~~
    /// ```
    /// ```markdown good file=DEPLOY.md
    /// ~~~json
    /// {
    ///   "username": "newuser",
    ///   "password": "initial_password",
    ///   "role": "user"
    /// }
    /// ~~~
    /// ```
    ///
    /// ## What it does not report
    /// Placeholders, passwords that anybody tries first, keys that documentation prints, what is for developers.
    "guide/literal-secret" {
        severity: High, confidence: Likely, effect: LeaksSecret, since: "0.1.0",
        refs: &["https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html"],
        check: Check::Project(check),
    }
}

fn check(project: &Project, _: &Context, sink: &mut Sink) {
    for literal in project.secrets_of_guides() {
        // Words that somebody chose open as much as letters at random.
        let chosen = literal.holds == Holds::Password
            && !matches!(literal.worth(), Worth::Guessable(Weakness::Default(_)))
            && guide::is_chosen(&literal.value.value);
        if literal.worth() != Worth::Real && !chosen {
            continue;
        }
        let message = format!("the value of `{}` stands in the guide: whoever can read the guide has it", literal.name);
        sink.report(literal.value.span, message)
            .help("write a placeholder, `<password>`, and change it wherever it is in use")
            .cause((literal.value.span.file, &literal.value.value), "the same value");
    }
}
