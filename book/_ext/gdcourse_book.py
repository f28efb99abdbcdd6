"""Sphinx extension of the book: clean notebooks, launch buttons, page assets from our own site."""

import json
import os
from pathlib import Path
from urllib.parse import quote

import nbformat
from clean_notebook import clean_notebook, is_notebook
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util import logging

ROOT = Path(__file__).resolve().parent.parent.parent
BOOK = ROOT / "book"
ASSETS = ROOT / "_assets"
# What docutils and MyST-NB write against the rules for screen readers: a list whose children are
# no list items, a role that is no longer one, a name other than the words to be seen; and a formula
# that scrolls on a narrow screen must be reached from the keyboard.
MENDED = [
    ('<div role="list" class="citation-list">', '<div class="citation-list">'),
    (' role="doc-biblioentry"', ""),
    ('<div class="math ', '<div tabindex="0" class="math '),
    ('<summary aria-label="Toggle hidden content">', "<summary>"),
]
LOGGER = logging.getLogger(__name__)


def use_own_assets(app: Sphinx, config: Config) -> None:
    """Load mathematics and widgets from the book's own files, where they were fetched."""
    if cache := os.environ.get("GDCOURSE_BOOK_CACHE"):
        config.nb_execution_cache_path = cache
    if not (ASSETS / "complete.json").is_file():
        LOGGER.info("page assets were not fetched: mathematics and widgets come from the net")
        return
    config.html_extra_path = [*config.html_extra_path, str(ASSETS / "site")]
    config.mathjax_path = "../vendor/mathjax/tex-mml-chtml.js"
    vendor = "../vendor"
    config.nb_ipywidgets_js = {
        f"{vendor}/require.js": {},
        f"{vendor}/require-config.js": {},
        f"{vendor}/npm/@jupyter-widgets/html-manager/dist/embed-amd.js": {},
    }


def launch_urls(pagename: str, url: str, branch: str) -> dict[str, str]:
    """Return where Colab and Binder open a page of the repository at a public address.

    Colab opens notebooks only, so it takes the published site's clean one from the branch
    gh-pages; Binder opens the page itself, in JupyterLab through jupytext.
    """
    if not url:
        return {}
    host, _, repository = url.rstrip("/").removesuffix(".git").partition("github.com/")
    if host != "https://" or repository.count("/") != 1:
        raise ConfigError(
            "gdcourse_repository.url in _config.yml must be https://github.com/OWNER/NAME; "
            f"got {url!r}"
        )
    page = quote(pagename)
    return {
        "Colab": "https://colab.research.google.com/github/"
        f"{repository}/blob/gh-pages/notebooks/{page}.ipynb",
        "Binder": f"https://mybinder.org/v2/gh/{repository}/{quote(branch, safe='')}"
        f"?urlpath=lab/tree/book/{page}.md",
    }


def add_buttons(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Put the download and launch buttons among the theme's header buttons."""
    page = BOOK / f"{pagename}.md"
    if doctree is None or not page.is_file():
        return
    downloads = [
        button(".md", f"{context['pathto']('_sources', 1)}/{context['sourcename']}", "source"),
        {
            "type": "javascript",
            "javascript": "window.print()",
            "text": ".pdf",
            "icon": "fas fa-file-pdf",
            "tooltip": "Print to PDF",
            "label": "download-pdf-button",
        },
    ]
    if is_notebook(page):
        address = context["pathto"](f"notebooks/{pagename}.ipynb", 1)
        downloads.insert(0, button(".ipynb", address, "notebook"))
    context["header_buttons"].insert(0, group("Download this page", "download", downloads))
    if is_notebook(page) and (urls := launch_urls(pagename, **app.config.gdcourse_repository)):
        icons = {"Colab": "logo_colab.png", "Binder": "logo_binder.svg"}
        launches = [
            {
                "type": "link",
                "text": name,
                "tooltip": f"Launch on {name}",
                "icon": f"_static/images/{icons[name]}",
                "url": url,
            }
            for name, url in urls.items()
        ]
        context["header_buttons"].insert(0, group("Launch this page", "rocket", launches))


def tidy_page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Mend what hinders screen readers; load MathJax only where there is mathematics."""
    body = context.get("body", "")
    for wrong, right in MENDED:
        body = body.replace(wrong, right)
    context["body"] = body
    if not app.env.get_domain("math").data["has_equations"].get(pagename):
        scripts = context["script_files"]
        context["script_files"] = [
            script
            for script in scripts
            if "mathjax" not in f"{script.filename} {script.attributes.get('body')}".lower()
        ]


def button(text: str, url: str, what: str) -> dict:
    """Return a download button of the theme."""
    return {
        "type": "link",
        "text": text,
        "url": url,
        "icon": "fas fa-code" if what == "notebook" else "fas fa-file",
        "tooltip": f"Download {what} file",
        "label": f"download-{what}-button",
    }


def group(tooltip: str, icon: str, buttons: list[dict]) -> dict:
    """Return a drop-down of the theme that holds buttons."""
    label = f"{'launch' if icon == 'rocket' else icon}-buttons"
    return {
        "type": "group",
        "tooltip": tooltip,
        "icon": f"fas fa-{icon}",
        "buttons": buttons,
        "label": label,
    }


def write_notebooks(app: Sphinx, exception: Exception | None) -> None:
    """Write each page's clean notebook beside the HTML, and how long each page ran."""
    if exception or app.builder.format != "html":
        return
    seconds = {}
    for pagename in sorted(app.env.found_docs):
        page = BOOK / f"{pagename}.md"
        if is_notebook(page):
            target = Path(app.outdir) / "notebooks" / f"{pagename}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(clean_notebook(page, BOOK, **app.config.gdcourse_repository), target)
            seconds[pagename] = NbMetadataCollector.get_exec_data(app.env, pagename)["runtime"]
    (Path(app.outdir).parent / "seconds.json").write_text(json.dumps(seconds))


def setup(app: Sphinx) -> dict:
    app.add_config_value("gdcourse_repository", {"url": "", "branch": "main"}, "html", [dict])
    app.connect("config-inited", use_own_assets)
    app.connect("html-page-context", add_buttons, priority=600)  # after the theme's own
    app.connect("html-page-context", tidy_page, priority=600)
    app.connect("build-finished", write_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
