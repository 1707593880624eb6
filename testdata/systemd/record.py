#!/usr/bin/env python3
"""Records what `systemd-analyze` says: record.py CASES.tsv, in place.

verify-cases.tsv: a line is a name with its ending, the text as JSON, and the verdict: `ok`, or `refused` with systemd's own words.
calendar-cases.tsv: a line is the verdict of `systemd-analyze calendar` and the event.
"""
import json, os, pathlib, re, subprocess, sys, tempfile

def verdict(name, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, name)
        path.write_text(text)
        stem, ending = name.rsplit(".", 1)
        if ending != "service":
            pathlib.Path(folder, f"{stem}.service").write_text("[Service]\nExecStart=/bin/true\n")
        env = {**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:", "LC_ALL": "C"}
        run = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(path)]
        said = subprocess.run(run, capture_output=True, text=True, env=env).stderr
    lines = [line.replace(f"{folder}/", "") for line in said.splitlines()]
    fatal = any(re.search(r"bad unit file setting|failed to load properly", line) for line in lines)
    why = next((line for line in lines if re.search(r"Refusing|path|Unbalanced|specifiers|section header|Bad", line)), "")
    return f"refused: {why}" if fatal else "ok"

def calendar(event):
    said = subprocess.run(["systemd-analyze", "calendar", "--", event], capture_output=True)
    return "refused" if said.returncode else "ok"

if __name__ == "__main__":
    table = pathlib.Path(sys.argv[1])
    if table.name.startswith("calendar"):
        head, *lines = table.read_text().splitlines()
        events = [line.split("\t", 1)[1] for line in lines]
        table.write_text("\n".join([head] + [f"{calendar(event)}\t{event}" for event in events]) + "\n")
        sys.exit()
    rows = [line.split("\t") for line in table.read_text().splitlines()[1:]]
    out = ["name\ttext\tsystemd-analyze verify, version 252"]
    out += [f"{name}\t{text}\t{verdict(name, json.loads(text))}" for name, text, *_ in rows]
    table.write_text("\n".join(out) + "\n")
