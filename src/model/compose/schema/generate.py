#!/usr/bin/env python3
"""Writes table.rs: every key Compose knows, with what it takes.

  generate.py COMPOSE-GO NEWER-COMPOSE-GO >table.rs && rustfmt --edition 2024 table.rs

COMPOSE-GO is the source of the library that Docker Compose reads its files with, of the version gonogo is compared with:
Compose 2.40.3 has compose-go 2.9.1 (Debian's package `golang-github-compose-spec-compose-go-dev` unpacked, its directory
`compose-go`). NEWER-COMPOSE-GO is the source of the newest version: what only it knows stands in the table as `newer`.

Where the columns come from:
  scalars, words, range, list, map, names, open, required   schema/compose-spec.json
  form       the Go type a value is decoded into (types/*.go), or the pattern of the schema
  cast       loader/interpolate.go: text that becomes a number or a boolean before the schema looks at it
  unique     the schema, but for lists in which repeated items are thrown away first (override/uncity.go)
  FACTS      what is written in Go code and in no table; each with its place
"""
import json, pathlib, re, sys

# Path: columns that are set. `required` and `exclusive` are added to those of the schema.
FACTS = {
    "services.*.ports.[]": {"required": ["target"], "scalars": ["TEXT", "EXACT"]},  # override/uncity.go, transform/ports.go
    "services.*.ports.[].published": {"scalars": ["TEXT", "EXACT"]},  # loader/mapstructure.go: only `int` becomes text
    "services.*.expose.[]": {"scalars": ["TEXT", "EXACT"]},  # override/uncity.go, exposeIndexer
    "services.*.group_add.[]": {"scalars": ["TEXT", "EXACT"]},
    "services.*.ulimits.*": {"scalars": ["TEXT", "EXACT"]},  # types/types.go, UlimitsConfig: other types end in a panic
    "services.*.ulimits.*.hard": {"scalars": ["TEXT", "EXACT"]},
    "services.*.ulimits.*.soft": {"scalars": ["TEXT", "EXACT"]},
    "services.*.build.ulimits.*": {"scalars": ["EXACT"]},
    "services.*.volumes.[]": {"required": ["target"]},  # override/uncity.go, volumeIndexer
    "services.*.devices.[]": {"required": ["target"], "form": "Device"},  # override/uncity.go, transform/device.go
    "services.*.build.additional_contexts.[]": {"form": "Pair"},  # transform/mapping.go
    "services.*.build.ulimits.*.hard": {"scalars": ["EXACT"]},
    "services.*.build.ulimits.*.soft": {"scalars": ["EXACT"]},
    "services.*.build.additional_contexts.*": {"scalars": ["TEXT"]},  # paths/context.go: other types end in a panic
    "services.*.develop.watch.[].path": {"form": "Filled"},  # validation/validation.go
    "services.*.gpus.[]": {"exclusive": [["count", "device_ids"]]},
    "services.*.deploy.resources.reservations.devices.[]": {"exclusive": [["count", "device_ids"]]},
    "services.*.extends": {"open": True},  # loader/extends.go takes it out before the schema is asked
    "include.[]": {"open": True},  # loader/include.go
    "configs.*": {"exclusive": [["file", "environment", "content"]]},
    "secrets.*": {"exclusive": [["file", "environment"]]},
}
PATTERNS = {
    "[a-zA-Z0-9][a-zA-Z0-9_.-]+": "ContainerName",
    "always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+": "PullPolicy",
}
# Names of limits that the schema does not look at are decoded all the same.
NAMES = {"^[a-zA-Z0-9._-]+$": "Identifier", "^.+$": "Any", ".+": "Any", "^[a-z]+$": "Any"}
FORMS = {
    "bool": "Boolean", "External": "Boolean", "int": "Whole", "int64": "Whole", "float32": "Number", "float64": "Number",
    "NanoCPUs": "Number", "uint64": "Unsigned", "uint32": "Unsigned", "uint16": "Unsigned", "UnitBytes": "Size",
    "Duration": "Duration", "DeviceCount": "Count", "FileMode": "Mode", "ShellCommand": "Command",
    "UlimitsConfig": "Whole",
}
# Forms of the items of lists.
ITEMS = {
    "MappingWithEquals": "Variable",  # types/mapping.go
    "HostsList": "Host",  # types/hostList.go
    "SSHConfig": "SshKey",  # transform/ssh.go
}
# Text is decoded into these only where it was cast before (loader/mapstructure.go; transform/ulimits.go).
NEEDS_CAST = {"uint64", "uint32", "uint16", "UlimitsConfig"}
SCALARS = {"null": "NULL", "string": "TEXT", "boolean": "BOOL", "integer": "INT", "number": "NUMBER"}  # and EXACT: no 80.0
ORDER = list(SCALARS.values())


class Library:
    """One version of compose-go."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.schema = json.loads((folder / "schema/compose-spec.json").read_text())
        go = "\n".join(f.read_text() for f in sorted((folder / "types").glob("*.go")) if not f.name.endswith("_test.go"))
        self.structs, self.names = {}, {}
        for name, body in re.findall(r"^type (\w+) struct \{\n(.*?)^\}", go, re.M | re.S):
            fields = re.findall(r'^\t(\w+) +(\S+)(?: +`yaml:"([\w#-]*)[^`]*`)?', body, re.M)
            self.structs[name] = {key or field.lower(): kind for field, kind, key in fields}
        for name, kind in re.findall(r"^type (\w+) ([\w\[\]*]+)$", go, re.M):
            self.names[name] = kind
        casts = (folder / "loader/interpolate.go").read_text()
        self.casts = set()
        for head, parts in re.findall(r"^\t(servicePath|iPath)\((.*?)\): ", casts, re.M):
            words = [{"tree.PathMatchAll": "*", "tree.PathMatchList": "[]"}.get(w.strip(), w.strip().strip('"')) for w in parts.split(",")]
            self.casts.add(".".join((["services", "*"] if head == "servicePath" else []) + words))
        self.unified = set(re.findall(r'unique\["(.*?)"\]', (folder / "override/uncity.go").read_text()))

    def table(self):
        return self.walk(self.schema, "Project", "")

    def below(self, go, key=None):
        """The Go type of a key of a map, or of an item."""
        while go and go not in self.structs and go in self.names and go not in FORMS:
            go = self.names[go]
        go = (go or "").lstrip("*")
        if key is not None and go in self.structs:
            return self.structs[go].get(key)
        return re.sub(r"^(\[\]|map\[string\])", "", go) if go.startswith(("[]", "map[")) else None

    def walk(self, node, go, path, whole=True):
        go = (go or "").lstrip("*")
        while "$ref" in node:
            node = self.schema[node["$ref"].split("/")[1]][node["$ref"].split("/")[2]]
        shape = {"scalars": [], "words": node.get("enum", []), "form": "Any", "cast": False, "range": None, "list": None, "unique": False, "map": None}
        kinds = node.get("type", [])
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            if kind in SCALARS:
                shape["scalars"].append(SCALARS[kind])
            elif kind == "array":
                shape["list"] = self.walk(node["items"], self.below(go), path + ".[]")
                shape["list"]["form"] = ITEMS.get(go, shape["list"]["form"])
                shape["unique"] = node.get("uniqueItems", False) and path not in self.unified
            elif kind == "object":
                shape["map"] = self.map(node, go, path)
        if "minimum" in node or "maximum" in node:
            shape["range"] = (node.get("minimum"), node.get("maximum"))
        if "pattern" in node:
            shape["form"] = PATTERNS[node["pattern"]]
        for other in node.get("oneOf", []):
            for key, value in self.walk(other, go, path, whole=False).items():
                if key == "scalars":
                    shape[key] = sorted(set(shape[key] + value), key=ORDER.index)
                elif value not in (None, [], False, "Any"):
                    shape[key] = value
        if shape["scalars"]:
            shape["cast"] = path in self.casts
            shape["form"] = FORMS.get(go, shape["form"])
            if go in ("DeviceCount", "FileMode"):
                shape["scalars"] = ["TEXT", "EXACT"]
            if go in NEEDS_CAST and not shape["cast"] and "TEXT" in shape["scalars"]:
                shape["scalars"].remove("TEXT")
        for key, value in FACTS.get(path, {}).items() if whole else []:
            if key in ("form", "scalars"):
                shape[key] = value
            elif key == "open":
                shape["map"][key] = value
            else:
                shape["map"][key] = shape["map"][key] + value
        return shape

    def map(self, node, go, path):
        at = lambda key: f"{path}.{key}" if path else key
        new = {"keys": {}, "newer": [], "names": "Any", "others": None, "open": node.get("additionalProperties") is not False,
               "extensions": False, "required": node.get("required", []), "exclusive": []}
        for key, value in sorted(node.get("properties", {}).items()):
            new["keys"][key] = self.walk(value, self.below(go, key), at(key))
        for pattern, value in node.get("patternProperties", {}).items():
            if pattern == "^x-":
                new["extensions"] = True
            else:
                new["names"], new["others"] = NAMES[pattern], self.walk(value, self.below(go), at("*"))
        if not new["keys"] and not new["others"] and go == "map[string]string":
            # types of values that the decoder takes for text
            new["others"], new["open"] = self.walk({"type": ["null", "string", "integer"]}, "string", at("*")), False
        return new


def overlay(old, new):
    """Adds what only the newer version knows."""
    if old["list"] and new["list"]:
        overlay(old["list"], new["list"])
    if old["map"] and new["map"]:
        a, b = old["map"], new["map"]
        if a["others"] and b["others"]:
            overlay(a["others"], b["others"])
        for key, shape in b["keys"].items():
            if key in a["keys"]:
                overlay(a["keys"][key], shape)
            else:
                a["keys"][key] = shape
                a["newer"].append(key)
        a["keys"] = dict(sorted(a["keys"].items()))


def words(items):
    return "&[" + ", ".join(f'"{item}"' for item in items) + "]"


class Writer:
    """What is written twice, or has many keys, gets a name."""

    def __init__(self, root):
        self.count, self.names, self.statics = {}, {}, []
        self.see(root)

    def see(self, shape):
        text = json.dumps(shape)
        self.count[text] = self.count.get(text, 0) + 1
        new = shape["map"] or {"keys": {}, "others": None}
        for below in [shape["list"], new["others"], *new["keys"].values()]:
            if below:
                self.see(below)

    def text(self, shape, key):
        fields = []
        if shape["scalars"]:
            fields.append("scalars: " + " | ".join(shape["scalars"]))
        if shape["words"]:
            fields.append("words: " + words(shape["words"]))
        if shape["form"] != "Any":
            fields.append("form: Form::" + shape["form"])
        if shape["cast"]:
            fields.append("cast: true")
        if shape["range"]:
            low, high = shape["range"]
            fields.append(f"range: ({'i64::MIN' if low is None else low}, {'i64::MAX' if high is None else high})")
        if shape["list"]:
            fields.append("list: Some(" + self.place(shape["list"], key + "_item") + ")")
        if shape["unique"]:
            fields.append("unique: true")
        if shape["map"]:
            fields.append("map: Some(&" + self.map(shape["map"], key) + ")")
        return "Shape { " + ", ".join(fields + ["..NONE"]) + " }"

    def map(self, new, key):
        fields = []
        if new["keys"]:
            keys = [f'("{name}", {self.place(shape, name)})' for name, shape in new["keys"].items()]
            fields.append("keys: &[" + ", ".join(keys) + "]")
        if new["newer"]:
            fields.append("newer: " + words(new["newer"]))
        if new["names"] != "Any":
            fields.append("names: Names::" + new["names"])
        if new["others"]:
            fields.append("others: Some(" + self.place(new["others"], key.removesuffix("s")) + ")")
        for flag in ("open", "extensions"):
            if new[flag]:
                fields.append(flag + ": true")
        if new["required"]:
            fields.append("required: " + words(sorted(set(new["required"]))))
        if new["exclusive"]:
            fields.append("exclusive: &[" + ", ".join(words(group) for group in new["exclusive"]) + "]")
        return "Map { " + ", ".join(fields + ["..CLOSED"]) + " }"

    def place(self, shape, key):
        seen = json.dumps(shape)
        if self.count[seen] < 2 and len((shape["map"] or {"keys": {}})["keys"]) < 4:
            return "&" + self.text(shape, key)
        if seen not in self.names:
            name = self.name(shape, key)
            while name in self.names.values():
                name = "OTHER_" + name
            self.names[seen] = name
            self.statics.append(f"static {name}: Shape = {self.text(shape, key)};")
        return "&" + self.names[seen]

    @staticmethod
    def name(shape, key):
        if shape["list"] and not shape["map"] and shape["list"] == {**shape["list"], "scalars": ["TEXT"], "form": "Any", "words": []}:
            return ("UNIQUE_" if shape["unique"] else "") + ("TEXT_OR_LIST" if shape["scalars"] else "LIST")
        if shape["map"] or shape["list"] or shape["words"]:
            return key.upper().replace("-", "_")
        form = "" if shape["form"] == "Any" else re.sub(r"(?<!^)(?=[A-Z])", "_", shape["form"]).upper() + "_"
        return ("CAST_" if shape["cast"] else "") + form + "_".join(shape["scalars"]) + "_ONLY"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    old = Library(sys.argv[1]).table()
    overlay(old, Library(sys.argv[2]).table())
    writer = Writer(old)
    root = writer.text(old, "root")
    print("//! Written by `generate.py`, which says where the facts are from: Docker Compose 2.40.3 (compose-go 2.9.1), and, as\n"
          "//! `newer`, keys that only later versions know.\n")
    print("use super::form::Form;\nuse super::{BOOL, CLOSED, EXACT, INT, Map, NONE, NULL, NUMBER, Names, Shape, TEXT};\n")
    print("\n".join(sorted(writer.statics)))
    print(f"/// A Compose file.\npub static ROOT: Shape = {root};")


main()
