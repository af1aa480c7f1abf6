"""Where each key of a TOML text stands, so that a problem can name its line.

The standard library's reader forgets the lines. This one reads a text that is already known to be valid and keeps
nothing but places: a path of keys and numbers (from 0, as in the parsed value) → line (from 1).
"""

from __future__ import annotations

import json
import re

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_BARE = re.compile(r"[^\s,\]}#]+(?: \d\d:[^\s,\]}#]+)?")


def lines_of(text: str) -> dict[Path, int]:
    """The line of every key, table and list entry of `text`, which must be valid TOML."""
    return _Places(text).read()


class _Places:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.found = text, 0, dict[Path, int]()
        self.listed: dict[Path, int] = {}  # how many [[tables]] a path has had so far

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip() < len(self.text):
            table = self._header() if self.text[self.at] == "[" else self._pair(table)
        return self.found

    def _header(self) -> Path:
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        path: Path = ()
        keys = self._keys()
        for n, key in enumerate(keys, 1):
            path += (key,)
            if many and n == len(keys):
                self.listed[path] = self.listed.get(path, 0) + 1
            if path in self.listed:
                path += (self.listed[path] - 1,)
        self._mark(path)
        self.at += 2 if many else 1
        return path

    def _pair(self, table: Path) -> Path:
        start = self.at
        path = table + tuple(self._keys())
        self._mark(path, start)
        self.at += 1  # =
        self._value(path)
        return table

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip()
            key = _KEY.match(self.text, self.at)
            assert key is not None
            self.at = key.end()
            keys.append(_unquoted(key[0]))
            self._skip()
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _value(self, path: Path) -> None:
        self._skip()
        opening = self.text[self.at]
        if opening == "[":
            self._entries(path, "]")
        elif opening == "{":
            self._entries(path, "}")
        else:
            found = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            assert found is not None
            self.at = found.end()

    def _entries(self, path: Path, closing: str) -> None:
        self.at += 1
        number = 0
        while self._skip() < len(self.text) and self.text[self.at] != closing:
            if closing == "}":
                self._pair(path)
            else:
                self._mark((*path, number))
                self._value((*path, number))
                number += 1
            if self.text[self._skip()] == ",":
                self.at += 1
        self.at += 1

    def _mark(self, path: Path, at: int | None = None) -> None:
        line = self.text.count("\n", 0, self.at if at is None else at) + 1
        for length in range(1, len(path) + 1):
            self.found.setdefault(path[:length], line)

    def _skip(self) -> int:
        blank = _BLANK.match(self.text, self.at)
        assert blank is not None
        self.at = blank.end()
        return self.at


def _unquoted(key: str) -> str:
    if key[0] == '"':
        return str(json.loads(re.sub(r"\\U([0-9A-Fa-f]{8})", lambda n: json.dumps(chr(int(n[1], 16)))[1:-1], key)))
    return key[1:-1] if key[0] == "'" else key
