#!/usr/bin/env python3
"""Writes keys.tsv: every key that systemd knows in its units, with the function that reads it.

  generate.py SYSTEMD-252 SYSTEMD-257 >keys.tsv

The arguments are unpacked sources (Debian's package `systemd`, `apt-get source systemd`). Each key stands in
src/core/load-fragment-gperf.gperf.in as SECTION.KEY, FUNCTION, ARGUMENT, PLACE. Keys that several sections share are
there once, in macros: `Exec`, `CGroup` and `Kill` of the table; `Has` lines say which sections have them. The last column
is the first of the versions that knows the key; a key that only the older one knows is kept.
"""
import pathlib, re, sys

GROUPS = {"EXEC_CONTEXT_CONFIG_ITEMS": "Exec", "CGROUP_CONTEXT_CONFIG_ITEMS": "CGroup", "KILL_CONTEXT_CONFIG_ITEMS": "Kill"}

def keys(root):
    found, has, group = {}, {}, None
    for line in (pathlib.Path(root) / "src/core/load-fragment-gperf.gperf.in").read_text().splitlines():
        if macro := re.search(r"macro (\w+)\(type\)", line):
            group = GROUPS[macro[1]]
        elif "endmacro" in line:
            group = None
        elif use := re.match(r"\{\{ (\w+)\('(\w+)'\) \}\}", line):
            has[(use[2], GROUPS[use[1]])] = None
        elif entry := re.match(r"([A-Z]\w+|\{\{type\}\})\.(\w+),\s+(\w+),\s+([^,]+)", line):
            section = group if entry[1].startswith("{{") else entry[1]
            reader = entry[3].removeprefix("config_parse_")
            # Only a path that is fatal keeps the unit from being loaded.
            if reader == "unit_path_printf" and entry[4].strip() == "true":
                reader = "unit_path_fatal"
            found[(section, entry[2])] = "obsolete" if reader == "warn_compat" else reader.replace("NULL", "install")
    return found, has

first, has = keys(sys.argv[1])
second, more = keys(sys.argv[2])
for section, group in has | more:
    print(f"{section}\t{group}\thas\t252")
for (section, key), reader in (first | second).items():
    print(f"{section}\t{key}\t{reader}\t{252 if (section, key) in first else 257}")
