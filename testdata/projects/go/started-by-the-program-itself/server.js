require("child_process").spawn("venv/bin/python", ["guesses.py"])
