#!/bin/sh
# Packs what was built for a target into `dist`: program, manual, completions, samples, licences; with a sum beside it.
#
#   .github/pack.sh TARGET [PROFILE]      PROFILE: dist unless given
#
# The program is run on the way, by the machine that has built it: what does not start, or does not load, is not packed.
set -eu

target=$1
profile=${2:-dist}
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
name=uiq-$version-$target
built=target/$target/$profile
case $target in
*-windows-*) program=uiq.exe ;;
*) program=uiq ;;
esac

"$built/$program" load --sandbox Invoices samples/invoices.csv

rm -rf "dist/$name"
mkdir -p "dist/$name/completions"
cp "$built/$program" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "dist/$name/"
cp -R samples "dist/$name/"
"$built/$program" man --dir "dist/$name/man"
"$built/$program" completions bash >"dist/$name/completions/uiq.bash"
"$built/$program" completions zsh >"dist/$name/completions/_uiq"
"$built/$program" completions fish >"dist/$name/completions/uiq.fish"
"$built/$program" completions powershell >"dist/$name/completions/uiq.ps1"

cd dist
case $target in
*-windows-*)
    archive=$name.zip
    7z a -bd "$archive" "$name" >/dev/null
    ;;
*)
    archive=$name.tar.gz
    tar -czf "$archive" "$name"
    ;;
esac
rm -r "$name"
# macOS has the one, Linux and Git Bash the other.
if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi >"$archive.sha256"
cat "$archive.sha256"
