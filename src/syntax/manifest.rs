//! Manifests of packages, and the libraries in them that load env files.

use super::Name;
use super::dotenv::Dialect;

/// A library by the word that names it in a manifest.
pub type Library = (&'static str, Dialect);

const NODE: &[Library] = &[
    ("\"next\":", Dialect::NodeNext),
    ("\"dotenv-expand\": \"^1000", Dialect::NodeExpand),
    ("\"dotenv-expand\":", Dialect::NodeExpand12),
    ("\"vite\":", Dialect::NodeExpand12),
    ("\"react-scripts\":", Dialect::NodeExpand12),
    ("\"@nestjs/config\":", Dialect::NodeExpand12),
    ("\"dotenv\":", Dialect::NodeDotenv),
    ("\"@dotenvx/dotenvx\":", Dialect::Dotenvx),
    ("\"@types/bun\":", Dialect::Bun),
];

const PYTHON: &[Library] = &[
    ("python-dotenv", Dialect::PythonDotenv),
    ("pydantic-settings", Dialect::PythonDotenv),
    ("pydantic_settings", Dialect::PythonDotenv),
    ("environs", Dialect::PythonDotenv),
    ("django-environ", Dialect::Environ),
    ("python-decouple", Dialect::Decouple),
];

/// How a Python framework wants to be served.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Gateway {
    /// One request a worker: Flask.
    Wsgi,
    /// Asynchronous: FastAPI.
    Asgi,
}

/// Frameworks of Python by the name of their package; Django and those that are both are not among them.
const FRAMEWORKS: [(&str, Gateway); 9] = [
    ("fastapi", Gateway::Asgi),
    ("starlette", Gateway::Asgi),
    ("litestar", Gateway::Asgi),
    ("quart", Gateway::Asgi),
    ("sanic", Gateway::Asgi),
    ("flask", Gateway::Wsgi),
    ("bottle", Gateway::Wsgi),
    ("pyramid", Gateway::Wsgi),
    ("django", Gateway::Wsgi),
];

/// The framework that a line of `requirements.txt`, `pyproject.toml` or a `Pipfile` asks for.
pub fn framework(line: &str) -> Option<(&'static str, Gateway)> {
    let name = line.trim_start_matches([' ', '\t', '"', '\'']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.')).unwrap_or(name.len());
    let name = name.get(..end)?.to_ascii_lowercase();
    FRAMEWORKS.into_iter().find(|(own, _)| *own == name)
}

/// Whether a file of this name lists packages of Python.
pub fn is_python(name: &Name) -> bool {
    libraries(name) == PYTHON
}

/// Packages of Python that bring programs for one C library.
pub const COMPILED_PYTHON: [&str; 20] = [
    "psycopg2",
    "psycopg2-binary",
    "mysqlclient",
    "numpy",
    "pandas",
    "scipy",
    "pillow",
    "lxml",
    "cryptography",
    "bcrypt",
    "cffi",
    "pydantic",
    "fastapi",
    "asyncpg",
    "orjson",
    "grpcio",
    "uvloop",
    "gevent",
    "psutil",
    "opencv-python-headless",
];
/// Those of Node.js.
pub const COMPILED_NODE: [&str; 7] = ["bcrypt", "better-sqlite3", "sqlite3", "sharp", "canvas", "argon2", "node-sass"];

/// Whether a manifest asks for a package that brings programs for one C library.
pub fn asks_for_compiled(name: &Name, text: &str) -> bool {
    let quoted = |package: &str| text.contains(&format!("\"{package}\""));
    let listed = |package: &str| {
        text.lines()
            .any(|line| line.split(['=', '<', '>', '[', '~', ' ', ';']).next().is_some_and(|own| own == package))
    };
    match name.file {
        "package.json" => COMPILED_NODE.into_iter().any(quoted),
        _ if is_python(name) => COMPILED_PYTHON.into_iter().any(|package| quoted(package) || listed(package)),
        _ => false,
    }
}

const PHP: &[Library] = &[
    ("\"laravel/framework\":", Dialect::Phpdotenv),
    ("\"vlucas/phpdotenv\":", Dialect::Phpdotenv),
    ("\"symfony/dotenv\":", Dialect::Symfony),
    ("\"symfony/framework-bundle\":", Dialect::Symfony),
];

/// The libraries that a file of this name can ask for; the first one that it names counts for each dialect. None: it is
/// no manifest.
pub fn libraries(name: &Name) -> &'static [Library] {
    match name.file {
        "package.json" => NODE,
        "pyproject.toml" | "Pipfile" | "setup.py" | "setup.cfg" => PYTHON,
        "Gemfile" => &[("dotenv", Dialect::Ruby3)],
        "composer.json" => PHP,
        "go.mod" => &[("github.com/joho/godotenv", Dialect::Godotenv)],
        "Cargo.toml" => &[("dotenvy", Dialect::Dotenvy)],
        file if file.starts_with("requirements") && name.ending() == "txt" => PYTHON,
        _ => &[],
    }
}
