//! The packs that come with gonogo: the files in `policies/`, as they are.

/// A pack inside the program.
#[derive(Debug)]
pub struct Builtin {
    /// Its name.
    pub id: &'static str,
    /// Its file.
    pub text: &'static str,
}

macro_rules! packs {
    ($($id:literal),* $(,)?) => {
        &[$(Builtin { id: $id, text: include_str!(concat!("../../policies/", $id, ".yaml")) }),*]
    };
}

/// All of them, `core` first.
pub const PACKS: &[Builtin] = packs![
    "core",
    "switches",
    "release",
    "strict",
    "hardening",
    "web-tls",
    "mozilla-modern",
    "owasp-headers",
    "cis-nginx",
    "django",
    "flask",
    "fastapi",
    "rails",
    "laravel",
    "node",
    "nextjs",
    "spring",
    "nextjs-clerk",
    "fastapi-nextjs-clerk",
];

impl Builtin {
    /// The pack of a name.
    pub fn find(id: &str) -> Option<&'static Builtin> {
        PACKS.iter().find(|pack| pack.id == id)
    }

    /// What it is for, one line.
    pub fn title(&self) -> &'static str {
        self.text.lines().find_map(|line| line.strip_prefix("title: ")).unwrap_or("").trim_matches('"')
    }
}
