#!/usr/bin/env python3
"""Writes directives.tsv and variables.tsv from nginx's own source.

  generate.py [--changes CHANGES.XML] SOURCE...

Each SOURCE is an unpacked source tree of nginx, oldest first: Debian's `apt-get source nginx`, the crate `nginx-src`, or a
clone. A directive or word that any of them has is in the table, so that no version's is called unknown. Without --changes the
versions that the table has already are kept.

Columns of directives.tsv: name, places, arguments, setter, values, repeat, variables, module, first version.
  values     words of an enumeration or bit mask with commas between; `1..9` for a number; `@name` for a check of its own
  repeat     `once` where the setter says "is duplicate"; `first` if that is for the same first word only, `off` if it is for `off`
             beside another value
  variables  `yes` where the setter compiles `$name`
"""
import os, re, sys
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
                    yield name, flags, columns[2], columns[5], path, self.modules.get(table, table)

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
    text = Path(changes).read_text(errors="replace")
    for m in re.finditer(r'<changes ver="([\d.]+)".*?</changes>', text, re.S):
        for para in re.findall(r'<change type="feature">(?:(?!</change>).)*?<para lang="en">(.*?)</para>', m.group(0), re.S):
            for clause in " ".join(para.split()).split(";"):
                new = NEW.match(clause.strip())
                # What is new in one block may be old in others.
                block = "upstream" if '"upstream"' in clause else ""
                for name in re.findall(r'"([a-z][a-z0-9_]+)"', new.group(1) if new else ""):
                    if (name, block) not in out or version_key(m.group(1)) < version_key(out[name, block]):
                        out[name, block] = m.group(1)
    return out


def table_now():
    out = {}
    for line in (HERE / "directives.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            columns = line.split("\t")
            out[columns[0], columns[-2]] = columns[-1]
    return out


def main():
    args = sys.argv[1:]
    changes = None
    if args[:1] == ["--changes"]:
        changes, args = since(args[1]), args[2:]
    if not args:
        sys.exit(__doc__)
    known = table_now()
    found, variables = {}, {}
    for number, root in enumerate(args):
        tree = Tree(root)
        for name, flags, setter, post, path, module in tree.directives():
            where, takes = places(flags), arguments(flags)
            values = tree.values(path, post)
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
                if "," in values or "," in old[4]:
                    words = [w for w in old[4].split(",") if w]
                    values = ",".join(words + [w for w in values.split(",") if w not in words])
            first = known.get((name, module), "")
            if changes is not None:
                block = "upstream" if "upstream" in module else ""
                first = changes.get((name, block)) or changes.get((name, ""), "")
            found[key] = (name, where, takes, setter, values, once, compiled, module, first)
        for space, name, flags in tree.variables():
            # What only later versions have may be defined by hand in an older one.
            variables.setdefault((space, name), {"late"} if number else set()).update(flags)
    with open(HERE / "directives.tsv", "w") as out:
        out.write("# nginx directives, written by generate.py from the tables in nginx's source (BSD-2-Clause): name, places, arguments, setter, values, repeat, variables, module, first version.\n")
        for key in sorted(found):
            name, where, takes, *rest = found[key]
            out.write("\t".join([name, "|".join(where), "|".join(takes), *rest]) + "\n")
    with open(HERE / "variables.tsv", "w") as out:
        out.write("# nginx variables, written by generate.py from the tables in nginx's source (BSD-2-Clause): for http or stream, name, kind.\n")
        for (space, name), flags in sorted(variables.items()):
            out.write("\t".join([space, name, ",".join(sorted(flags))]) + "\n")


main()
