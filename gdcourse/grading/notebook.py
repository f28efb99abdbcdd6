"""Read a notebook that a stranger wrote: as JSON of bounded size, never as anything that runs."""

import json
import os
import stat
from pathlib import Path
from typing import Any

MAX_BYTES = 10 * 2**20
MAX_CELLS = 1000


class BadNotebook(ValueError):
    """The file is not a notebook that can be graded."""


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a plain file of bounded size; refuse links, pipes and devices.

    Raises:
        BadNotebook: with the reason, free of anything that the file holds.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            raise BadNotebook("a symbolic link is not a submission") from error
        raise BadNotebook(f"the file cannot be opened ({error.strerror})") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise BadNotebook("not a plain file")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadNotebook(
            f"the notebook is larger than {MAX_BYTES // 2**20} MB: clear its outputs, hand in again"
        )
    return data


def code_cells(data: bytes) -> list[str]:
    """Return the sources of the code cells, in order.

    A cell tagged `figure` only draws for the reader: nobody looks while grading, so it is left out.

    Raises:
        BadNotebook: the bytes are not a Jupyter notebook of format 4.
    """
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadNotebook("not a notebook: the file is not JSON") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or notebook.get("nbformat") != 4:
        raise BadNotebook("not a Jupyter notebook of format 4")
    if len(cells) > MAX_CELLS:
        raise BadNotebook(f"the notebook has more than {MAX_CELLS} cells")
    sources = []
    for cell in cells:
        if not isinstance(cell, dict):
            raise BadNotebook("a cell is malformed")
        source = cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise BadNotebook("a cell's source is not text")
        if cell.get("cell_type") == "code" and not _tagged(cell, "figure"):
            sources.append(source)
    return sources


def _tagged(cell: dict[str, Any], tag: str) -> bool:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return isinstance(tags, list) and tag in tags
