"""What several test files share: the built book, served locally, and the system's tools."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "book" / "_ext"))  # the book's Sphinx extension, tested as it is


os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as scripts/build_book.py says


@pytest.fixture(scope="session")
def tool():
    """Return a function that finds a program of apt.txt.

    Where it could have been installed (as root on Debian) its absence is a failure, elsewhere a
    skip that pytest counts and prints.
    """

    def find(name: str) -> str:
        path = shutil.which(name)
        if path:
            return path
        reason = f"{name} is not installed; `make test` says how to install it"
        if os.geteuid() == 0 and Path("/etc/debian_version").exists():
            pytest.fail(reason)
        pytest.skip(reason)

    return find


@pytest.fixture(scope="session")
def site() -> Path:
    """Build the book, which takes seconds where nothing changed, and return its folder."""
    build = [sys.executable, str(ROOT / "scripts" / "build_book.py"), "--quiet"]
    result = subprocess.run(build, capture_output=True, text=True)
    if result.returncode:
        pytest.fail(f"the book does not build:\n{result.stdout}\n{result.stderr}", pytrace=False)
    return ROOT / "_build" / "html"


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture(scope="session")
def address(site):
    """Serve the built book on this machine alone and return its address."""
    handler = functools.partial(Handler, directory=site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
