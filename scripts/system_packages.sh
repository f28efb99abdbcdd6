#!/bin/sh
# Install the Debian packages of apt.txt that are missing; without the right to, print the command.
set -eu
cd "$(dirname "$0")/.."

present() {
    case $1 in
        bubblewrap) command -v bwrap ;;
        chromium | make | npm | octave) command -v "$1" ;;
        python3-venv) "${PYTHON:-python3}" -c "import ensurepip, venv" ;;
        *) dpkg-query --show --showformat='${Status}' "$1" | grep -q "ok installed" ;;
    esac >/dev/null 2>&1
}

missing=
for package in $(cat apt.txt); do
    present "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "NOT FOUND:$missing. Tests that need them will be skipped; install them by your system's means." >&2
elif [ "$(id -u)" = 0 ]; then
    echo "installing Debian packages:$missing"
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing </dev/null
else
    echo "NOT FOUND:$missing. Tests that need them will be skipped. To install them:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
fi
