"""Write the synthetic speech that ships in the package: ten digits in many artificial voices.

A maintainer's script; readers and tests never run it. It needs NumPy and Debian's espeak-ng 1.51:

    apt-get install espeak-ng && python scripts/make_speech.py

Each clip becomes 13 mel-frequency cepstral coefficients for 40 frames of 25 ms, one every 15 ms,
from the first sound on: what a speech recogniser is usually fed (Davis and Mermelstein 1980).
"""

import io
import subprocess
import wave
from pathlib import Path

import numpy as np

DATA = Path(__file__).parents[1] / "gdcourse" / "problems" / "data"
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ACCENTS = ("en-us", "en-gb", "en-gb-scotland")
VOICES = """
Alex Alicia Andrea Andy Annie Denis Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco Mario
Michael Mike adam anika announcer antonio aunty belinda benjamin boris caleb david ed edward
edward2 f1 f2 f3 f4 f5 grandma grandpa gustave iven iven2 iven3 iven4 john kaukovalta klatt
klatt2 klatt3 klatt4 linda m1 m2 m3 m4 m5 m6 m7 m8 marcelo max michel miguel norbert pablo paul
pedro quincy rob robert sandro shelby steph steph2 steph3 travis victor zac
""".split()  # noqa: SIM905
FRAMES, COEFFICIENTS, MELS = 40, 13, 26


def speak(digit: str, accent: str, voice: str) -> tuple[np.ndarray, int]:
    """Return the samples of one clip in [-1, 1], and their rate in Hz."""
    command = ["espeak-ng", "--stdout", "-s", "160", "-v", f"{accent}+{voice}", digit]
    sound = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(sound)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(sound[44:], dtype="<i2") / 32768
    return samples, rate


def mel_filters(rate: int, size: int) -> np.ndarray:
    """Return triangles that are evenly spaced in mel = 2595 log10(1 + f / 700), (mels, bins)."""
    top = 2595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, MELS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(size, 1 / rate)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    return np.clip(np.minimum(rising, falling), 0, None)


def mfcc(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return the coefficients of the first FRAMES frames, (FRAMES, COEFFICIENTS)."""
    length, hop, size = int(0.025 * rate), int(0.015 * rate), 1024
    first = np.argmax(np.abs(samples) > 0.02 * np.abs(samples).max())
    samples = np.pad(samples[first:], (0, FRAMES * hop + length))
    samples = np.append(samples[0], samples[1:] - 0.97 * samples[:-1])  # pre-emphasis
    frames = np.lib.stride_tricks.sliding_window_view(samples, length)[::hop][:FRAMES]
    power = np.abs(np.fft.rfft(frames * np.hamming(length), size)) ** 2
    mels = np.log(power @ mel_filters(rate, size).T + 1e-6)
    k, n = np.arange(COEFFICIENTS)[:, None], np.arange(MELS)
    return mels @ np.cos(np.pi * k * (n + 0.5) / MELS).T * np.sqrt(2 / MELS)


if __name__ == "__main__":
    clips = [(d, a, v) for v in range(len(VOICES)) for a in range(3) for d in range(10)]
    features = np.stack([mfcc(*speak(DIGITS[d], ACCENTS[a], VOICES[v])) for d, a, v in clips])
    # One byte a number: each coefficient keeps its own scale and middle.
    low, high = features.min((0, 1)), features.max((0, 1))
    digit, accent, voice = np.array(clips, np.int8).T
    np.savez_compressed(
        DATA / "spoken_digits.npz",
        features=np.rint((features - low) / (high - low) * 255).astype(np.uint8),
        low=low.astype(np.float32),
        high=high.astype(np.float32),
        digit=digit,
        accent=accent,
        voice=voice,
    )
    print(f"{len(clips)} clips of {len(VOICES)} voices")
