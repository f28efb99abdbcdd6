"""JupyterLab, as `make lab` sets it up, opens pages and exercises as notebooks."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.notebooks

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@pytest.fixture
def lab(tmp_path):
    """Start the server that `make lab` starts, with a home of its own, and return its address."""
    settings = Path(sys.prefix) / "share/jupyter/lab/settings/overrides.json"
    command = [BIN / "jupytext-config", "--settings-file", settings, "set-default-viewer"]
    subprocess.run([*command, "markdown", "myst"], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [BIN / "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token="]
    log = (tmp_path / "log").open("w")
    environment = os.environ | {"HOME": str(tmp_path)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2).close()
                break
            except (urllib.error.URLError, TimeoutError):
                assert server.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def ask(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def test_pages_and_exercises_open_as_notebooks(lab):
    plugin = ask(f"{lab}/lab/api/settings/@jupyterlab/docmanager-extension:plugin")
    viewers = plugin["schema"]["properties"]["defaultViewers"]["default"]
    assert viewers["markdown"] == viewers["myst"] == "Jupytext Notebook"
    files = [*(ROOT / "book").rglob("*.md"), *(ROOT / "exercises").glob("*.ipynb")]
    assert files
    for file in files:
        model = ask(f"{lab}/api/contents/{file.relative_to(ROOT).as_posix()}?content=0")
        assert model["type"] == "notebook"
