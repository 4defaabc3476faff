"""A Python that has every package of this environment but stancelab."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

_SCRIPT = "#!{python}\nimport sys\nfrom uvicorn.main import main\nsys.exit(main())\n"


def bare_python(folder: Path) -> Path:
    """Make an environment that reads our packages where they lie, and give its interpreter.

    A line of a ``.pth`` file adds a folder to the path, and no ``.pth`` file that lies in there is
    read: what is installed to be edited is not found.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    (site / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = folder / "bin" / "python"
    server = folder / "bin" / "uvicorn"  # which MLflow starts by its name
    server.write_text(_SCRIPT.format(python=python), encoding="utf-8")
    server.chmod(0o755)
    return python
