"""Where the keys of a TOML text stand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest

from bot.regulation import FOLDER, shipped
from bot.toml_lines import Path, lines_of

TRICKY = '''\
# [not.a.table]
a.b = 1 # = 2
"c d" = "] } , \\" # no comment"
'e"f' = '] } \\'

[x."y z"]
q = 1979-05-27 07:32:00
long = """
] = [ "" \\""" }
"""
lit = \'\'\'
[no]\'\'\'
list = [ # a comment ]
  1, "二", [3, { k = 4, "l\\u4e00" = [] }],
]
[[t]]
n = 1
[t.sub]
m = 2
[[t.many]]
o = 3
[[t]]
n = 4
'''


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from paths(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from paths(one, (*path, number))


@pytest.mark.parametrize("text", [TRICKY, *((FOLDER / f"{slug}.toml").read_text("utf-8") for slug in shipped())])
def test_every_key_has_a_line_and_nothing_else_has(text: str) -> None:
    """与标准库读出的每个键、每个列表项一一对应。"""
    assert set(lines_of(text)) == set(paths(tomllib.loads(text)))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2), (("a", "b"), 2), (("c d",), 3), (('e"f',), 4), (("x", "y z"), 6), (("x", "y z", "q"), 7),
        (("x", "y z", "long"), 8), (("x", "y z", "lit"), 11), (("x", "y z", "list"), 13), (("x", "y z", "list", 0), 14),
        (("x", "y z", "list", 2, 1, "l一"), 14), (("t",), 16), (("t", 0, "n"), 17), (("t", 0, "sub", "m"), 19),
        (("t", 0, "many", 0, "o"), 21), (("t", 1), 22), (("t", 1, "n"), 23),
    ],
)
def test_the_line_is_the_right_one(path: Path, line: int) -> None:
    """注释、引号、多行文字和嵌套列表里的符号不会数错行。"""
    assert lines_of(TRICKY)[path] == line


def test_windows_line_ends_count_once() -> None:
    """CRLF 的文件行号一样。"""
    assert lines_of("a = 1\r\n\r\nb = [\r\n 1,\r\n]\r\n") == {("a",): 1, ("b",): 3, ("b", 0): 4}
