#!/bin/sh
# UiPath's own Python SDK against `uiq sandbox`: an outside witness that the sandbox speaks the real protocol.
#
#   tests/sdk.sh [BINARY]       BINARY: target/debug/uiq unless given
#
# The SDK goes into a scratch environment, or comes from the one that UIQ_SDK_VENV names. Exit 0: it works, or this machine has no
# Python or no way to PyPI (then it says so loudly; UIQ_SDK_REQUIRED=1 makes that a failure).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
binary=${1:-$here/../target/debug/uiq}
scratch=$(mktemp -d)
sandbox=
trap 'test -z "$sandbox" || kill "$sandbox" 2>/dev/null || true; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

skip() {
    echo "SKIPPED: UiPath's SDK was NOT run against the sandbox: $1" >&2
    test "${UIQ_SDK_REQUIRED:-0}" = 1 && exit 1
    exit 0
}

fail() {
    echo "FAILED: $1" >&2
    exit 1
}

test -x "$binary" || fail "there is no $binary; build it first"

venv=${UIQ_SDK_VENV:-$scratch/venv}
if ! test -x "$venv/bin/python"; then
    command -v python3 >/dev/null || skip "there is no python3"
    python3 -m venv "$venv" >"$scratch/log" 2>&1 || skip "python3 -m venv failed: $(tail -n 1 "$scratch/log")"
    "$venv/bin/pip" install --quiet --disable-pip-version-check uipath >"$scratch/log" 2>&1 ||
        skip "pip could not install it: $(tail -n 1 "$scratch/log")"
fi
"$venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep '^uipath ' || skip "the SDK is not in $venv"

"$binary" sandbox --port 0 -o json --queue Invoices --queue Unique,unique >"$scratch/ready" 2>"$scratch/said" &
sandbox=$!
tries=0
until grep -q '}' "$scratch/ready"; do
    tries=$((tries + 1))
    if test "$tries" -gt 100 || ! kill -0 "$sandbox" 2>/dev/null; then
        cat "$scratch/said" >&2
        fail "the sandbox did not start"
    fi
    sleep 0.1
done
# The SDK takes folder and address from the environment as well; only what the script says may count. Loopback needs no proxy.
env -u UIPATH_FOLDER_PATH -u UIPATH_FOLDER_KEY -u UIPATH_URL -u UIPATH_ACCESS_TOKEN no_proxy=127.0.0.1 NO_PROXY=127.0.0.1 \
    "$venv/bin/python" "$here/sandbox_sdk.py" "$(head -n 1 "$scratch/ready")"
echo "UiPath's SDK works against the sandbox"
