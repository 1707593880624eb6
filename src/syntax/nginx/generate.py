#!/usr/bin/env python3
"""Writes directives.tsv and variables.tsv from nginx's own source, foreign.tsv from that of other modules.

  generate.py [--clone NGINX.GIT --docs DOCS.GIT] [--gone SOURCE]... SOURCE...
  generate.py --foreign DOCS.GIT MODULE.GIT...

Each SOURCE is an unpacked source tree of nginx, oldest first: Debian's `apt-get source nginx`, the crate `nginx-src`, or a
clone. A directive or word that any of them has is in the table, so that no version's is called unknown; from an old source behind
--gone only names that the others have no more, the newest such source first. --clone is a clone of nginx/nginx, for the change log and the first and last releases that
know a name; --docs one of nginx/nginx.org, whose manual says what is in effect by default. Without them the columns are kept as they are.

Columns of directives.tsv: name, places, arguments, setter, values, repeat, variables, module, first version, inherit, default, removed.
  values     words of an enumeration or bit mask with commas between; `1..9` for a number; `@name` for a check of its own
  repeat     `once` where the setter says "is duplicate"; `first` if that is for the same first word only, `off` if it is for `off`
             beside another value
  variables  `yes` where the setter compiles `$name`
  inherit    `no` for what counts in its own block only: what handles a request, and what no block takes over from the one around
  default    what the manual says
  removed    the first release that does not know it

With --foreign, DOCS.GIT is a clone of nginx/nginx.org, whose manual has the directives of the commercial version, and each
MODULE.GIT one of a module, at OWNER+NAME/repo. Columns of foreign.tsv: name, module. Its head names the commits.
"""
import io, os, re, subprocess, sys, tarfile, tempfile
from pathlib import Path

HERE = Path(__file__).parent
SKIP = ("/os/win32/",)


def strip_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def braces(text, at):
    """The text between the brace at `at` and its partner."""
    depth = 0
    for i in range(at, len(text)):
        if text[i] == "{":
            depth += 1
        elif text[i] == "}":
            depth -= 1
            if depth == 0:
                return text[at + 1:i]
    return ""


def parts(text):
    """What commas outside of parentheses, braces and quotes part."""
    out, depth, quoted, start = [], 0, False, 0
    for i, c in enumerate(text):
        if c == '"' and text[i - 1] != "\\":
            quoted = not quoted
        elif quoted:
            continue
        elif c in "({":
            depth += 1
        elif c in ")}":
            depth -= 1
        elif c == "," and depth == 0:
            out.append(text[start:i].strip())
            start = i + 1
    out.append(text[start:].strip())
    return [part for part in out if part]


def rows(body):
    return [braces(body, m.start()) for m in re.finditer(r"\{", body) if not body[:m.start()].count("{") - body[:m.start()].count("}")]


class Tree:
    def __init__(self, root):
        self.files = {}
        for path in sorted(Path(root, "src").rglob("*.[ch]")):
            if not any(skip in str(path) for skip in SKIP):
                self.files[path] = strip_comments(path.read_text(errors="replace"))
        self.functions, self.statics, self.modules = {}, {}, {}
        for path, text in self.files.items():
            for m in re.finditer(r"^(ngx_\w+)\([^;{]*?\)\n\{", text, re.M):
                self.functions[m.group(1)] = braces(text, m.end() - 1)
            for m in re.finditer(r"(ngx_conf_enum_t|ngx_conf_bitmask_t|ngx_conf_num_bounds_t|ngx_conf_post_t)\s+(\w+)(?:\[\])?\s*=\s*\{", text):
                # The same name may stand in several files.
                self.statics[path, m.group(2)] = self.statics[None, m.group(2)] = (m.group(1), braces(text, m.end() - 1))
            for m in re.finditer(r"ngx_conf_post_handler_pt\s+(\w+)\s*=\s*(\w+);", text):
                self.statics[path, m.group(1)] = self.statics[None, m.group(1)] = ("ngx_conf_post_t", m.group(2))
            for m in re.finditer(r"ngx_module_t\s+(\w+)\s*=\s*\{[^}]*?(\w+_commands),", text):
                self.modules[m.group(2)] = m.group(1)

    def values(self, path, post):
        symbol = re.sub(r"^&", "", post)
        kind, body = self.statics.get((path, symbol)) or self.statics.get((None, symbol)) or (None, "")
        if kind in ("ngx_conf_enum_t", "ngx_conf_bitmask_t"):
            return ",".join(re.findall(r'ngx_string\("([^"]*)"\)', body))
        if kind == "ngx_conf_num_bounds_t":
            low, high = parts(body)[1:3]
            return "%s..%s" % (low, "" if high == "-1" else high)
        if kind == "ngx_conf_post_t":
            check = parts(body)[0]
            return "" if check == "NULL" or "deprecated" in body else "@" + re.sub(r"^ngx_(http_|stream_|mail_)?", "", check)
        return ""

    def says(self, setter, words, depth=1):
        body = self.functions.get(setter, "")
        if re.search(words, body):
            return True
        # A setter may hand its work on to a function of its own.
        return depth > 0 and any(self.says(call, words, depth - 1) for call in set(re.findall(r"(?:return|=) (ngx_\w+)\(cf", body)))

    def inherits(self, path, setter, field, where, takes):
        """Whether a block takes the setting over from the one around it: where levels are merged, its field is read from `prev`."""
        if "any" in where:
            return False
        if "http_loc" not in where or "block" in takes:
            return True
        body = self.functions.get(setter, "")
        if re.search(r"\bclcf->handler = ", body):
            return False
        fields = re.findall(r"offsetof\(\w+,\s*([\w.]+)\)", field) or re.findall(r"\b\w+->(\w+)", body)
        text = self.files[path]
        # What is hidden and passed is merged by a function of all protocols.
        if re.search(r"\*conf = \*prev;", text) or "upstream." in field and "&prev->upstream" in text:
            return True
        taken = r"(?:(?<![=!])=|,|&)\s*\(?(?:prev|parent)->(?:\w+\.)?%s\b"
        return any(re.search(taken % re.escape(name.split(".")[-1]), text) for name in fields)

    def directives(self):
        for path, text in self.files.items():
            for m in re.finditer(r"ngx_command_t\s+(\w+)\[\]\s*=\s*\{", text):
                table = m.group(1)
                body = braces(text, m.end() - 1)
                body = re.sub(r"^#.*$", "", body, flags=re.M)
                for row in rows(body):
                    columns = parts(row)
                    if len(columns) < 6 or not columns[0].startswith("ngx_string"):
                        continue
                    name = re.search(r'"([^"]*)"', columns[0]).group(1)
                    flags = [f for f in re.split(r"[|\s]+", columns[1]) if f]
                    yield name, flags, columns[2], columns[4:6], path, self.modules.get(table, table)

    def variables(self):
        for path, text in self.files.items():
            space = "stream" if "/stream/" in str(path) else "http"
            for m in re.finditer(r"ngx_(?:http|stream)_(?:\w+_)?(?:variable|var)_t\s+(\w+)\[\]\s*=\s*\{", text):
                for row in rows(braces(text, m.end() - 1)):
                    name = re.match(r'\s*ngx_string\("([^"]+)"\)', row)
                    if name:
                        flags = [word for flag, word in (("PREFIX", "prefix"), ("CHANGEABLE", "changeable")) if "_VAR_" + flag in row]
                        yield space, name.group(1), flags
            # Names that a module adds in code.
            for m in re.finditer(r'static ngx_str_t\s+ngx_(?:http|stream)_\w+\s*=\s*ngx_string\("([a-z_0-9]+)"\);', text):
                if "_add_variable(cf, &" in text:
                    yield space, m.group(1), []


PLACES = {
    "MAIN": "main", "EVENT": "event", "HTTP_MAIN": "http_main", "HTTP_SRV": "http_srv", "HTTP_LOC": "http_loc", "HTTP_SIF": "http_sif",
    "HTTP_LIF": "http_lif", "HTTP_LMT": "http_lmt", "HTTP_UPS": "http_ups", "STREAM_MAIN": "stream_main", "STREAM_SRV": "stream_srv",
    "STREAM_UPS": "stream_ups", "MAIL_MAIN": "mail_main", "MAIL_SRV": "mail_srv", "ANY": "any",
}


def places(flags):
    out = []
    for flag in flags:
        word = re.sub(r"^NGX_|_CONF$", "", flag)
        if word in PLACES and PLACES[word] not in out:
            out.append(PLACES[word])
    return out


def arguments(flags):
    out = []
    for flag in flags:
        word = re.sub(r"^NGX_CONF_", "", flag).lower()
        if flag.startswith("NGX_CONF_"):
            out.append(word)
    return out


# Lists of words that are compiled only when levels are merged.
LATER = re.compile(r"(proxy|grpc)_set_header|(fastcgi|scgi|uwsgi)_param|ssl_certificate(_key)?")


# What the setters that say "is duplicate" compare.
FIRST = re.compile(r"limit_req|limit_conn|load_module")
OFF = re.compile(r"proxy_redirect|proxy_cookie_(domain|path|flags)|mirror")


def version_key(text):
    return [int(n) for n in text.split(".")]


NEW = re.compile(r'(?:and )?(?:the )?((?:"[a-z0-9_]+"(?:,? and |, | or )?)+) directives?\b(?!.*\b(now|supports?|can)\b)')


def since(changes):
    """The first version whose change log says that a directive is new, not that it can do more."""
    out = {}
    for m in re.finditer(r'<changes ver="([\d.]+)".*?</changes>', changes, re.S):
        for para in re.findall(r'<change type="feature">(?:(?!</change>).)*?<para lang="en">(.*?)</para>', m.group(0), re.S):
            for clause in " ".join(para.split()).split(";"):
                new = NEW.match(clause.strip())
                # What is new in one block may be old in others.
                block = "upstream" if '"upstream"' in clause else ""
                for name in re.findall(r'"([a-z][a-z0-9_]+)"', new.group(1) if new else ""):
                    if (name, block) not in out or version_key(m.group(1)) < version_key(out[name, block]):
                        out[name, block] = m.group(1)
    return out


class Releases:
    """Which releases of a clone know a name."""

    def __init__(self, clone):
        self.git = ["git", "--git-dir", str(clone)]
        tags = self.run("tag", "--list", "release-*").split()
        self.tags = sorted(tags, key=lambda tag: version_key(tag.removeprefix("release-")))

    def run(self, *args):
        return subprocess.run([*self.git, *args], check=True, capture_output=True, text=True, errors="replace").stdout

    def show(self, what):
        return self.run("show", what)

    def knows(self, tag, name):
        row = r'\{ *ngx_string\("%s"\),$' % name
        return subprocess.run([*self.git, "grep", "-qE", row, tag, "--", "src"]).returncode == 0

    def search(self, tags, turned):
        low, high = 0, len(tags)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if turned(tags[middle]) else (middle + 1, high)
        return tags[low].removeprefix("release-") if low < len(tags) else ""

    def first(self, name):
        """The first release that knows it; the one that is made now, if none does."""
        now = re.search(r'NGINX_VERSION\s+"([\d.]+)"', self.show("HEAD:src/core/nginx.h")).group(1)
        return self.search(self.tags[-120:], lambda tag: self.knows(tag, name)) or now

    def last(self, name):
        """The first release that does not know it any more."""
        old = [tag for tag in self.tags if version_key(tag.removeprefix("release-")) >= [1, 6, 3]]
        return self.search(old, lambda tag: not self.knows(tag, name))


def by_default(docs):
    """What the manual says is in effect where nothing is written."""
    out = {}
    for path, text in files_of(docs)[0].items():
        module = re.search(r'<module name="Module (\w+)"', text)
        if not path.startswith("xml/en/docs/") or not module and "ngx_core_module" not in path:
            continue
        for name, body in re.findall(r'<directive name="(\w+)">(.*?)</directive>', text, re.S):
            default = re.search(r"<default>(.*?)</default>", body, re.S)
            plain = " ".join(re.sub(r"<[^>]*>", "", default.group(1)).split()) if default else ""
            for sign, entity in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
                plain = plain.replace(entity, sign)
            # The manual has one page for all that stands outside of `http`.
            out[name, module.group(1) if module else ""] = plain
    return out


def table_now():
    out = {}
    for line in (HERE / "directives.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            columns = line.split("\t")
            out[columns[0], columns[7]] = (columns[8], columns[10], columns[11])
    return out


# Modules whose tables are made in another way, and those that are not in reach, by their manuals.
BY_HAND = {
    "wargio/naxsi": "BasicRule MainRule CheckRule DeniedUrl SecRulesEnabled SecRulesDisabled LearningMode LibInjectionSql LibInjectionXss "
    "IgnoreIP IgnoreCIDR basic_rule main_rule check_rule denied_url rules_enabled rules_disabled learning_mode libinjection_sql "
    "libinjection_xss naxsi_log",
    "GetPageSpeed/ngx_dynamic_etag": "dynamic_etag dynamic_etag_types",
    "gabihodoroga/nginx-ntlm-module": "ntlm ntlm_timeout",
    "goldenclone/nginx-sticky-module-ng": "sticky_no_fallback sticky_hide_cookie",
    "cfsego/ngx-limit-upload": "limit_upload_rate limit_upload_rate_after",
    "splitice/nginx-internal-redirect": "internal_redirect",
    "webserver-llc/angie": "acme acme_client acme_client_path acme_dns_port acme_hook acme_http_port client prometheus prometheus_template",
}

# Directives that nginx has no more and the manual still tells of.
GONE = ("ssl", "limit_zone")

COMMAND = re.compile(r'ngx_string!?\s*\(\s*"(\w+)"\s*\)\s*,\s*(?:type_:\s*)?[^"{};]{0,300}?(?:_CONF\b|\bNGX_CONF_|_OFFSET\b|NgxCmd|ngx::)')


def files_of(repository):
    """The texts of a bare clone, and the commit."""
    git = ["git", "--git-dir", str(repository)]
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    archive = subprocess.run([*git, "archive", "HEAD"], check=True, capture_output=True).stdout
    texts = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for entry in tar:
            if entry.isfile() and entry.name.endswith((".c", ".cc", ".cpp", ".h", ".rs", ".xml", "nginx/config_options.rb")):
                texts[entry.name] = tar.extractfile(entry).read().decode(errors="replace")
    return texts, commit


def commands(texts):
    for name, text in texts.items():
        if name.endswith("config_options.rb"):
            yield from re.findall(r"name\s*(?:=>|:)\s*'(passenger_\w+)'", text)
        elif not name.endswith(".xml"):
            text = re.sub(r"^\s*//.*$", "", strip_comments(text), flags=re.M)
            yield from COMMAND.findall(text)


def foreign(docs, repositories):
    own = {line.split("\t")[0] for line in (HERE / "directives.tsv").read_text().splitlines()}
    found, heads = {}, []

    def take(names, module):
        for name in names:
            if name not in own:
                found.setdefault(name, [])
                if module not in found[name]:
                    found[name].append(module)

    for repository in repositories:
        module = Path(repository).parts[-2 if Path(repository).name == "repo" else -3].replace("+", "/")
        texts, commit = files_of(repository)
        heads.append("%s %s" % (module, commit[:12]))
        take(commands(texts), module)
    for module, names in BY_HAND.items():
        take(names.split(), module)
    # What the manual has besides is in the commercial version only.
    texts, commit = files_of(docs)
    heads.append("nginx/nginx.org " + commit[:12])
    manual = [text for name, text in texts.items() if name.startswith("xml/en/docs/")]
    take((name for text in manual for name in re.findall(r'<directive name="(\w+)"', text) if name not in GONE), "NGINX Plus")
    with open(HERE / "foreign.tsv", "w") as out:
        out.write("# Directives of modules that are not part of nginx, written by generate.py: name, module. Read at these commits:\n")
        out.writelines("# %s\n" % head for head in sorted(heads))
        out.writelines("%s\t%s\n" % (name, found[name][0]) for name in sorted(found))


def main():
    args = sys.argv[1:]
    if args[:1] == ["--foreign"]:
        return foreign(args[1], args[2:])
    changes = releases = defaults = None
    gone = []
    while args[:1] and args[0].startswith("--"):
        option, value, args = args[0], args[1], args[2:]
        if option == "--clone":
            releases = Releases(value)
            changes = since(releases.show("HEAD:docs/xml/nginx/changes.xml"))
        elif option == "--docs":
            defaults = by_default(value)
        elif option == "--gone":
            gone.append(value)
    if not args:
        sys.exit(__doc__)
    known = table_now()
    found, variables = {}, {}
    for number, root in enumerate(args + gone):
        now = {key[0] for key in found} if number >= len(args) else ()
        tree = Tree(root)
        for name, flags, setter, (field, post), path, module in tree.directives():
            where, takes = places(flags), arguments(flags)
            if name in now:
                continue
            values = tree.values(path, post)
            inherit = "" if tree.inherits(path, setter, field, where, takes) else "no"
            once = "once" if tree.says(setter, r'"is duplicate"') else ""
            once = "first" if FIRST.fullmatch(name) else "off" if OFF.fullmatch(name) else once
            compiled = "yes" if tree.says(setter, r"compile_complex_value|_script_compile|_script_variables_count|_log_compile_format|_get_variable_index") else ""
            if LATER.fullmatch(name):
                compiled = "yes"
            setter = re.sub(r"^ngx_(conf_set_)?", "", setter)
            key = (name, module, where[0] if where else "", "block" in takes)
            old = found.get(key)
            if old:
                where = old[1] + [w for w in where if w not in old[1]]
                takes = old[2] + [t for t in takes if t not in old[2]]
                inherit = inherit and old[9]
                if "," in values or "," in old[4]:
                    words = [w for w in old[4].split(",") if w]
                    values = ",".join(words + [w for w in values.split(",") if w not in words])
            first, default, removed = known.get((name, module), ("", "", ""))
            if changes is not None:
                block = "upstream" if "upstream" in module else ""
                first = changes.get((name, block)) or changes.get((name, ""), "")
                if not first and number == len(args) - 1 and not old:
                    first = releases.first(name)
                removed = releases.last(name) if number >= len(args) else ""
            if defaults is not None:
                default = defaults.get((name, module)) or defaults.get((name, ""), "")
            found[key] = (name, where, takes, setter, values, once, compiled, module, first, inherit, default, removed)
        for space, name, flags in tree.variables() if number < len(args) else ():
            # What only later versions have may be defined by hand in an older one.
            variables.setdefault((space, name), {"late"} if number else set()).update(flags)
    with open(HERE / "directives.tsv", "w") as out:
        out.write("# nginx directives, written by generate.py from the tables in nginx's source (BSD-2-Clause): name, places, arguments, setter, values, repeat, variables, module, first version, inherit, default, removed.\n")
        for key in sorted(found):
            name, where, takes, *rest = found[key]
            out.write("\t".join([name, "|".join(where), "|".join(takes), *rest]) + "\n")
    with open(HERE / "variables.tsv", "w") as out:
        out.write("# nginx variables, written by generate.py from the tables in nginx's source (BSD-2-Clause): for http or stream, name, kind.\n")
        for (space, name), flags in sorted(variables.items()):
            out.write("\t".join([space, name, ",".join(sorted(flags))]) + "\n")


main()
