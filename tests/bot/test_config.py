"""配置文件: every key is checked, all problems come at once, and no secret is ever shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.config import Config, ConfigProblems

ROOT = Path(__file__).parents[2]

NO_URL = "要一个网址，如 https://example.gov.cn，现在是"
NO_BEAT = "要一个网址，如 https://hc.example.com/ping/…，可以有 ?，不能有用户名和密码"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
RIGHT: dict[str, dict[str, Any]] = {
    "wecom": {
        "corp_id": "ww1234567890abcdef",
        "agent_id": 1000002,
        "secret": "S3cret-of-the-app",
        "token": "TokenOfTheApp",
        "encoding_aes_key": AES_KEY,
    },
    "server": {"public_url": "https://shenfa.example.gov.cn"},
    "storage": {"path": "shenfa.db"},
    "regulation": {"slug": "saws"},
}


def with_key(dotted: str, value: object) -> dict[str, dict[str, Any]]:
    """RIGHT with one key set (None: taken away)."""
    section, _, name = dotted.partition(".")
    changed = {key: dict(table) for key, table in RIGHT.items()}
    table = changed.setdefault(section, {})
    table.pop(name, None)
    if value is not None:
        table[name] = value
    return changed


def read(data: dict[str, Any], tmp_path: Path, env: dict[str, str] | None = None) -> Config:
    return config.from_mapping(data, tmp_path / "config.toml", env or {})


def problems(data: dict[str, Any], tmp_path: Path, env: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigProblems) as caught:
        read(data, tmp_path, env)
    return [str(problem) for problem in caught.value.problems]


def test_the_smallest_configuration(tmp_path: Path) -> None:
    """Only what has no sensible default must be written."""
    loaded = read(RIGHT, tmp_path)

    assert loaded.wecom.api_base_url == "https://qyapi.weixin.qq.com"
    assert loaded.wecom.passive_card_updates is False
    assert loaded.wecom.ca_bundle is None
    assert (loaded.server.host, loaded.server.port) == ("127.0.0.1", 8000)
    assert loaded.storage.path == tmp_path / "shenfa.db"
    assert loaded.regulation.source == "saws"
    assert loaded.admin.userids == ()


@pytest.mark.parametrize(
    ("dotted", "value", "attribute"),
    [
        ("wecom.corp_id", " ww1 ", "ww1"),
        ("wecom.agent_id", 1, 1),
        ("wecom.api_base_url", "https://zwwx.example.gov.cn/", "https://zwwx.example.gov.cn"),
        ("wecom.api_base_url", "http://10.1.2.3:8080/wx", "http://10.1.2.3:8080/wx"),
        ("wecom.oauth_base_url", "https://[::1]:8443", "https://[::1]:8443"),
        ("wecom.timestamp_window_minutes", 1440, 1440),
        ("wecom.passive_card_updates", True, True),
        ("wecom.verify_files", {"WW_verify_AbC1.txt": "AbC1"}, {"WW_verify_AbC1.txt": "AbC1"}),
        ("server.host", "0.0.0.0", "0.0.0.0"),
        ("server.host", "::1", "::1"),
        ("server.port", 65535, 65535),
        ("storage.keep_days", 7, 7),
        ("admin.userids", ["WangFang", "wangfang", "li.min@x"], ("wangfang", "li.min@x")),
        ("admin.userids", [], ()),
        ("heartbeat.url", "https://hc.example.com/p?status=up", "https://hc.example.com/p?status=up"),
        ("heartbeat.every", 60, 60),
    ],
)
def test_right_values(dotted: str, value: object, attribute: object, tmp_path: Path) -> None:
    section, name = dotted.split(".")
    assert getattr(getattr(read(with_key(dotted, value), tmp_path), section), name) == attribute


@pytest.mark.parametrize(
    ("dotted", "value", "sentence"),
    [
        ("wecom.agnet_id", 1, "没有这个键（是不是 agent_id？）"),
        ("wecom.port", 8000, "没有这个键（port 写在 [server] 里）"),
        ("wecom.colour", "red", "没有这个键"),
        ("wecom.corp_id", None, "缺少这个键"),
        ("wecom.corp_id", 12, '要一段文字（加引号 "…"），现在是 12'),
        ("wecom.corp_id", "", "不能是空的"),
        ("wecom.corp_id", "企业", "企业 ID 只有字母、数字、_ 和 -，现在是 '企业'"),
        ("wecom.agent_id", "1000002", "要 1 到 2147483647 的整数，现在是 '1000002'"),
        ("wecom.agent_id", 0, "要 1 到 2147483647 的整数，现在是 0"),
        ("wecom.agent_id", True, "要 1 到 2147483647 的整数，现在是 true"),
        ("wecom.secret", 5, '要一段文字（加引号 "…"）'),
        ("wecom.secret", "  ", "不能是空的"),
        ("wecom.secret", "two words", "只能有字母、数字和半角符号，不能有空格"),
        ("wecom.secret", "env:1X", "env: 后面要写环境变量的名字，如 env:SHENFA_SECRET"),
        ("wecom.secret", "env:NOT_SET", "环境变量 NOT_SET 没有设置"),
        ("wecom.token", "a" * 33, "要 1 到 32 个字母或数字，现在有 33 个字符"),
        ("wecom.token", "with-dash", "要 1 到 32 个字母或数字，现在有 9 个字符"),
        ("wecom.encoding_aes_key", AES_KEY[:-1], "要正好 43 个字母或数字，现在有 42 个字符"),
        ("wecom.encoding_aes_key", AES_KEY + "=", "要正好 43 个字母或数字，现在有 44 个字符"),
        ("wecom.encoding_aes_key", AES_KEY[:-1] + "+", "要正好 43 个字母或数字，现在有 43 个字符"),
        ("wecom.api_base_url", "qyapi.weixin.qq.com", f"{NO_URL} 'qyapi.weixin.qq.com'"),
        ("wecom.api_base_url", "ftp://x.cn", f"{NO_URL} 'ftp://x.cn'"),
        ("wecom.api_base_url", "https://x.cn:99999", f"{NO_URL} 'https://x.cn:99999'"),
        ("wecom.api_base_url", "https://[x", f"{NO_URL} 'https://[x'"),
        ("wecom.api_base_url", "https:// x.cn", f"{NO_URL} 'https:// x.cn'"),
        ("wecom.oauth_base_url", "https://me:pw@x.cn", "网址里不能写用户名和密码"),
        ("server.public_url", "https://x.cn/?a=1", "网址里不能有 ? 或 #，现在是 'https://x.cn/?a=1'"),
        ("server.public_url", None, "缺少这个键"),
        ("wecom.timestamp_window_minutes", 0, "要 1 到 1440 的分钟数，现在是 0"),
        ("wecom.timestamp_window_minutes", 1.5, "要 1 到 1440 的分钟数，现在是 1.5"),
        ("wecom.passive_card_updates", "no", "要 true 或 false（不加引号），现在是 'no'"),
        ("wecom.verify_files", "x", "要一个表：[wecom.verify_files]，每行写 文件名 = 内容"),
        ("wecom.verify_files", {"../x.txt": "x"}, "文件名要像 WW_verify_xxxx.txt，现在是 '../x.txt'"),
        ("wecom.verify_files", {"WW_verify_a.txt": "a\n"}, "WW_verify_a.txt 的内容要照抄下载的文件，一行文字"),
        ("server.host", "a b", "要一个地址，如 127.0.0.1 或 0.0.0.0，现在是 'a b'"),
        ("server.port", 0, "要 1 到 65535 的整数，现在是 0"),
        ("server.port", 65536, "要 1 到 65535 的整数，现在是 65536"),
        ("storage.path", None, "缺少这个键"),
        ("storage.keep_days", 6, "要 7 到 3650 的天数，现在是 6"),
        ("regulation.slug", "Saws", "要制度的代号，如 saws（运行 shenfa regulation list 可看全部），现在是 'Saws'"),
        ("heartbeat.url", "hc.example.com/ping", NO_BEAT),
        ("heartbeat.url", "https://u:p@hc.example.com/", NO_BEAT),
        ("heartbeat.url", "https://hc.example.com:99999/", NO_BEAT),
        ("heartbeat.url", "env:SHENFA_NO_SUCH", "环境变量 SHENFA_NO_SUCH 没有设置"),
        ("heartbeat.every", 0, "要 1 到 1440 的分钟数，现在是 0"),
        ("heartbeat.every", "5m", "要 1 到 1440 的分钟数，现在是 '5m'"),
        ("admin.userids", "wangfang", "要一组 userid，如 [\"wangfang\"]，现在是 'wangfang'"),
        ("admin.userids", ["王芳", "li", "-x"], "这不是 userid: '王芳', '-x'"),
        ("admin.userids", ["a" * 65], f"这不是 userid: '{'a' * 56}…"),
    ],
)
def test_wrong_values(dotted: str, value: object, sentence: str, tmp_path: Path) -> None:
    """One wrong key is one problem under its dotted key, in a Chinese sentence."""
    assert problems(with_key(dotted, value), tmp_path) == [f"{dotted}: {sentence}"]


def test_all_problems_at_once(tmp_path: Path) -> None:
    """The heading counts, the lines are indented; a section that is not known or no section is a problem too."""
    data = {"wecom": {"agnet_id": 1}, "servers": {}, "storage": 3, "regulation": {"slug": "a", "file": "b"}}
    with pytest.raises(ConfigProblems) as caught:
        read(data, tmp_path)
    lines = str(caught.value).splitlines()

    assert lines[0] == f"config.toml: {len(lines) - 1} 处问题"
    assert "  servers: 没有这个键（是不是 server？）" in lines
    assert "  storage: 要写成一节：[storage]" in lines
    assert "  regulation: slug 和 file 只能写一个" in lines
    assert "  wecom.agnet_id: 没有这个键（是不是 agent_id？）" in lines
    missing = [line for line in lines if line.endswith("缺少这个键")]
    assert len(missing) == sum(key.required for key in config.KEYS) - 1  # all of [wecom] and [server], not [storage]


def test_one_of_slug_and_file(tmp_path: Path) -> None:
    assert problems({**RIGHT, "regulation": {}}, tmp_path) == ["regulation: slug 和 file 要写一个"]
    (tmp_path / "own.toml").touch()
    assert read({**RIGHT, "regulation": {"file": "own.toml"}}, tmp_path).regulation.source == tmp_path / "own.toml"


@pytest.mark.parametrize("dotted", ["wecom.ca_bundle", "regulation.words", "calendar.file"])
def test_files_must_exist(dotted: str, tmp_path: Path) -> None:
    """Relative paths start from the configuration's folder, not from where the command runs."""
    assert problems(with_key(dotted, "extra/file"), tmp_path) == [f"{dotted}: 没有这个文件：{tmp_path / 'extra/file'}"]

    (tmp_path / "extra").mkdir()
    (tmp_path / "extra/file").touch()
    section, name = dotted.split(".")
    loaded = read(with_key(dotted, "extra/file"), tmp_path)
    assert getattr(getattr(loaded, section), name) == tmp_path / "extra/file"


def test_the_database_needs_its_folder(tmp_path: Path) -> None:
    [no_folder] = problems(with_key("storage.path", "no/x.db"), tmp_path)
    [no_file] = problems(with_key("storage.path", "."), tmp_path)

    assert no_folder == f"storage.path: 没有这个文件夹：{tmp_path / 'no'}"
    assert no_file == f"storage.path: 这是一个文件夹，要一个文件：{tmp_path}"


# ---- secrets -----------------------------------------------------------------------------------------------------


def test_secrets_from_elsewhere(tmp_path: Path) -> None:
    """env:NAME and file:PATH, with the blanks and line ends around the value taken off."""
    (tmp_path / "key.txt").write_text(f"\ufeff{AES_KEY}\r\n", encoding="utf-8")
    data = with_key("wecom.secret", "env:SHENFA_SECRET")
    data["wecom"] |= {"token": "env:SHENFA_TOKEN", "encoding_aes_key": "file:key.txt"}
    loaded = read(data, tmp_path, {"SHENFA_SECRET": "from-env\n", "SHENFA_TOKEN": "abc"})

    assert (loaded.wecom.secret, loaded.wecom.token, loaded.wecom.encoding_aes_key) == ("from-env", "abc", AES_KEY)


def test_a_secret_file_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "gbk.txt").write_bytes("密钥".encode("gb18030"))
    (tmp_path / "empty.txt").touch()

    assert problems(with_key("wecom.secret", "file:none.txt"), tmp_path) == [
        f"wecom.secret: 没有这个文件：{tmp_path / 'none.txt'}"
    ]
    assert problems(with_key("wecom.secret", "file:gbk.txt"), tmp_path) == ["wecom.secret: 文件 gbk.txt 不是文本"]
    assert problems(with_key("wecom.secret", "file:empty.txt"), tmp_path) == ["wecom.secret: 不能是空的"]
    assert problems(with_key("wecom.secret", "env:EMPTY"), tmp_path, {"EMPTY": ""}) == ["wecom.secret: 不能是空的"]


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """Neither in the repr of what was read, nor in any problem about it."""
    shown = repr(read(RIGHT, tmp_path))
    assert "agent_id=1000002" in shown
    for name in ("secret", "token", "encoding_aes_key"):
        assert RIGHT["wecom"][name] not in shown
        assert f"{name}='***'" in shown

    wrong = RIGHT["wecom"] | {"secret": "hush hush", "token": "hush-hush", "encoding_aes_key": "hush"}
    elsewhere = {**RIGHT, "secret": "hush", "server": RIGHT["server"] | {"token": "hush"}}
    found = problems({**elsewhere, "wecom": wrong}, tmp_path)
    assert len(found) == 5
    assert "hush" not in "\n".join(found)


# ---- the file ----------------------------------------------------------------------------------------------------


def as_toml(data: dict[str, dict[str, Any]]) -> str:
    return "\n".join(
        f"[{section}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in table.items())
        for section, table in data.items()
    )


def test_a_file_is_read(tmp_path: Path) -> None:
    """Windows' editors put a BOM in front."""
    path = tmp_path / "config.toml"
    path.write_text(as_toml(RIGHT), encoding="utf-8-sig")

    assert config.load(path, {}) == read(RIGHT, tmp_path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "没有这个文件：{path}（先运行 shenfa init 生成一个）"),
        ("# 审发".encode("gb18030"), "不是 UTF-8 编码，请用 UTF-8 另存"),
        (b"[wecom]\ntoken = hush\n", "写法不合 TOML（第 2 行第 9 个字符）"),
        (b'[wecom]\nsecret = "hush', "写法不合 TOML（文件末尾还没写完）"),
    ],
)
def test_a_file_that_cannot_be_read(content: bytes | None, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigProblems) as caught:
        config.load(path, {})

    assert str(caught.value) == f"config.toml: 1 处问题\n  {sentence.format(path=path)}"


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblems, match="读不到这个文件"):
        config.load(tmp_path)


def test_the_example_loads() -> None:
    """config.example.toml is right as it stands, and says the same as the defaults."""
    loaded = config.load(ROOT / "config.example.toml", {})

    assert loaded.regulation.slug == "saws"
    assert len(loaded.wecom.encoding_aes_key) == 43


def test_the_list_of_keys_is_the_list_of_fields() -> None:
    """A field without a key could never be set; a key without a field could never be read."""
    keys = {key.dotted for key in config.KEYS}
    fields = {f"{section}.{name}" for section, kind in config.SECTIONS.items() for name in kind.__dataclass_fields__}

    assert keys == fields
    with pytest.raises(KeyError):
        config.key("wecom.agnet_id")
