"""Files that the reports consist of: written whole or not at all, under names that are safe."""

import functools
import hashlib
import os
import re
import unicodedata
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).with_name("pages")


def safe_name(student: str) -> str:
    """Return a file name for a student: letters and digits, and a hash that tells twins apart."""
    plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return f"{words or 'student'}-{hashlib.sha256(student.encode()).hexdigest()[:8]}"


def write(path: Path, text: str) -> None:
    """Write a file; what was there before stays until the new one is whole."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, "utf-8", errors="backslashreplace", newline="")
    os.replace(partial, path)


@functools.cache
def _templates() -> Any:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: Any) -> str:
    """Fill a template; every value is escaped."""
    text: str = _templates().get_template(template).render(**values)
    return text
