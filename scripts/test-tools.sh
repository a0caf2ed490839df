#!/bin/sh
# What the tests need beside Python: a Chromium, exiftool, and PostgreSQL's programs. On a Debian
# machine they are installed where they are missing and we may; elsewhere a sentence says what to install.
set -eu

have_chromium() {
  [ -n "${CHROMIUM_PATH:-}" ] && [ -x "${CHROMIUM_PATH}" ] || command -v chromium >/dev/null 2>&1 ||
    command -v google-chrome >/dev/null 2>&1
}
# the same engine for half the work: the browser tests take it where it is
have_shell() {
  [ -n "${CHROMIUM_PATH:-}" ] || command -v chromium-headless-shell >/dev/null 2>&1
}
have_postgres() {
  command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}
have_exiftool() {
  command -v exiftool >/dev/null 2>&1
}
may_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

missing=""
have_chromium || missing="$missing chromium"
have_postgres || missing="$missing postgresql"
have_exiftool || missing="$missing libimage-exiftool-perl"

if may_install && { [ -n "$missing" ] || ! have_shell; }; then
  # without a net, what is there must do
  if ! apt-get update -qq && [ -z "$missing" ]; then
    exit 0
  fi
  if ! have_shell && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    missing="$missing chromium-headless-shell"
  fi
  [ -n "$missing" ] || exit 0
  echo "installing for the tests:$missing"
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif [ -z "$missing" ]; then
  exit 0
elif ! have_chromium; then
  echo "The browser tests need Chromium. Install it, or name one: CHROMIUM_PATH=/path/to/chrome make test" >&2
  exit 1
elif ! have_exiftool; then
  echo "Tests of what is written into pictures need exiftool: install it." >&2
  exit 1
else
  echo "PostgreSQL is not installed: its tests are skipped." >&2
fi
