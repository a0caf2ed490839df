"""This playground's version, also in CHANGELOG.md and in every picture that it stores."""

VERSION = "0.1.0"
