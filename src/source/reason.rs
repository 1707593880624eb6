//! Why a file belongs to the environment that it is judged in, where no name and no configuration says so: one row for
//! everything that a project can show.

use super::FileId;

/// What shows it, with the file it is seen in.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// The kind of thing.
    pub sign: Sign,
    /// The other file, where there is one.
    pub by: Option<FileId>,
}

/// The table of signs: each with its words about the file, `it`. `{}` is the path of the other file.
macro_rules! signs {
    ($($(#[$doc:meta])* $name:ident => $words:literal,)*) => {
        /// What a project shows of whom a file is for.
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub enum Sign {
            $($(#[$doc])* $name,)*
        }

        impl Sign {
            fn words(self) -> &'static str {
                match self { $(Sign::$name => $words,)* }
            }
        }
    };
}

signs! {
    /// A script, pipeline or guide that is for one environment.
    Started => "`{}` starts it",
    /// A Compose file that belongs to one.
    Together => "it is started together with `{}`",
    /// A Compose file gives it to a container.
    Loaded => "`{}` loads it",
    /// A Compose file builds it.
    Built => "`{}` builds it",
    /// The one stack whose containers have it.
    Read => "`{}` alone has a container that reads it",
    /// `backup/compose.yaml`.
    Kept => "it is a copy that was kept, and nothing starts it",
    /// Its own first lines.
    Past => "it says that it is not used any more",
    /// No service in it.
    Unfinished => "it has no service yet",
    /// `include: compose.dev.yaml`.
    Includes => "it includes files for developers",
    /// `postgres-test`.
    Services => "its services are called so",
    /// Another one is for users.
    Instead => "users get what `{}` starts",
    /// The same file, started in another way.
    Otherwise => "another command starts it for users",
    /// Compose would put another file on top, and what is for users leaves that out.
    LeftOut => "what ships starts `{}` without what Compose puts on top",
    /// It has servers that read their sources again, and another stack has none.
    Developed => "it runs what developers run, and other stacks do not",
    /// `compose.db.yml`.
    Part => "it starts a part of what `{}` starts for users",
    /// A database on the developer's machine.
    Stores => "it starts data stores alone, and the program runs elsewhere",
    /// A guide has it on top of what Compose finds.
    Alone => "`{}` is started alone, without it",
    /// `-f compose.yml -f compose.gpu.yml`, in the foreground.
    OnTop => "people put more on top of it, in the foreground",
    /// `compose.base.yml`.
    Base => "others are put on top of it, and nobody starts it alone",
    /// A comment, a stage `dev`, a database `shop_dev`, a mail catcher.
    Meant => "its comments, names or images are for development",
    /// `npm run dev`, `APP_ENV=development`.
    Switched => "it runs a server for development, or is told to be in development",
    /// `.:/app`.
    Mounted => "it mounts the sources over the program, as developers do",
    /// Several small things: nothing is started again, known passwords, open databases.
    Settings => "its settings are those of a developer's machine",
    /// `localhost` here, `https://api.shop.de` there.
    Twin => "another stack has public addresses where it has `localhost`",
    /// `http://localhost:8080` in the README, and no word of a server.
    Found => "guides send people to their own machine for it, and nothing tells of a server",
    /// `.env` beside `.env.prod`.
    StoodIn => "developers use it, and `{}` is called production",
    /// `archive/nginx.conf`.
    Archived => "it lies in an archive, and nothing names it",
    /// `root D:/work/shop/dist;`
    Drive => "it serves folders of somebody's Windows machine",
    /// A Dockerfile that no stack builds.
    Unbuilt => "nothing builds it",
    /// `SECRET_KEY=change-me`.
    Pattern => "it waits for its secrets, and nothing loads it",
    /// `# not for production`.
    Denied => "it says that it is not for production",
    /// An env file that nothing loads on a server.
    AtHome => "nothing that ships loads it",
    /// A certificate that nobody sends.
    Unserved => "nothing serves it",
    /// A certificate for `localhost` that `local.conf` names.
    ServedAtHome => "only servers for developers serve it",
}

impl Sign {
    /// Seen in another file, if in one.
    pub fn by(self, by: Option<FileId>) -> Reason {
        Reason { sign: self, by }
    }
}

impl From<Sign> for Reason {
    fn from(sign: Sign) -> Reason {
        Reason { sign, by: None }
    }
}

impl Reason {
    /// A few words about the file, with the path of the other one: `` `compose.prod.yml` loads it ``.
    pub fn text(self, path_of: impl Fn(FileId) -> String) -> String {
        let words = self.sign.words();
        match self.by {
            Some(by) => words.replace("{}", &path_of(by)),
            None => words.replace("`{}`", "another file"),
        }
    }
}
