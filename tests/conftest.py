"""What several test files share: the built book, the widgets' browser, and the system's tools."""

import base64
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


FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
SHOW = """async ([module, css, traits]) => {
  const { default: widget } = await import(module);
  const calls = {};
  window.saved = 0;
  window.model = {
    get: (key) => traits[key],
    set: (key, value) => {
      traits[key] = value;
      (calls["change:" + key] ?? []).forEach((call) => call());
    },
    save_changes: () => { window.saved += 1; },
    on: (key, call) => (calls[key] ??= []).push(call),
    off: () => {},
  };
  document.head.insertAdjacentHTML("beforeend", `<style>${css}</style>`);
  widget.render({ model: window.model, el: document.body });
}"""


os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as scripts/build_book.py says
os.environ.setdefault("OMP_NUM_THREADS", "1")


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


@pytest.fixture(scope="module")
def chromium(tool):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tool("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Return a function that opens an empty page; an error or a request is a failure."""
    contexts, faults = [], []

    def empty(**options):
        context = chromium.new_context(**options)
        contexts.append(context)
        context.route(
            "http*://**/*", lambda route: (faults.append(route.request.url), route.abort())
        )
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.set_content("<!doctype html><html lang='en'><title>widget</title><body></body></html>")
        return page

    yield empty
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def show(open_page):
    """Return a function that draws a widget in a page of its own."""

    import anywidget

    def draw(widget, **options):
        page = open_page(**options)
        front_end = base64.b64encode(widget._esm.encode()).decode("ascii")
        shared = set(anywidget.AnyWidget.class_trait_names())  # layout, tooltip ...
        names = [n for n in widget.trait_names(sync=True) if n not in shared and n[0] != "_"]
        traits = {name: getattr(widget, name) for name in names}
        page.evaluate(SHOW, [f"data:text/javascript;base64,{front_end}", widget._css, traits])
        return page

    return draw
