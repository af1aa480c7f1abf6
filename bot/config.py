"""配置文件: one TOML file into frozen values; all problems at once, each with its dotted key. Secrets are never shown.

KEYS is the whole list: the documentation, the example file, `shenfa init` and the reader all go by it.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import tomllib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class Secret(str):
    """A string that does not show itself in a repr, a log of values, or a traceback's locals."""

    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True, slots=True)
class WecomConfig:
    """The application as the administration console knows it."""

    corp_id: str
    agent_id: int
    secret: Secret
    token: Secret
    encoding_aes_key: Secret
    api_base_url: str = "https://qyapi.weixin.qq.com"
    oauth_base_url: str = "https://open.weixin.qq.com"
    ca_bundle: Path | None = None
    timestamp_window_minutes: int = 10
    passive_card_updates: bool = False
    verify_files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where we listen, and how the outside reaches us."""

    public_url: str
    host: str = "127.0.0.1"
    port: int = 8000


@dataclass(frozen=True, slots=True)
class StorageConfig:
    path: Path
    keep_days: int = 30


@dataclass(frozen=True, slots=True)
class RegulationConfig:
    """Exactly one of `slug` (a regulation we ship) and `file` (one of the organisation's own)."""

    slug: str = ""
    file: Path | None = None
    words: Path | None = None
    add: tuple[str, ...] = ()  # papers whose flows and measures are added

    @property
    def source(self) -> str | Path:
        """What bot.regulation.load takes."""
        return self.file or self.slug


@dataclass(frozen=True, slots=True)
class CalendarConfig:
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class AdminConfig:
    """Who is told of faults that need an operator (lower-case userids)."""

    userids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InterfaceConfig:
    """Connectors that bring netizens' comments, each with its token; and who sorts what nobody handed in."""

    tokens: Mapping[str, Secret] = field(default_factory=dict)
    collector: str = ""


@dataclass(frozen=True, slots=True)
class HeartbeatConfig:
    """An outside address that is called every so many minutes while the bot is whole; None: it is not watched."""

    url: Secret | None = None
    every: int = 5


@dataclass(frozen=True, slots=True)
class OrganisationConfig:
    """What one organisation has for itself: its application, its regulation, its people. `id`: "" for the first."""

    id: str
    wecom: WecomConfig
    regulation: RegulationConfig
    calendar: CalendarConfig = CalendarConfig()
    admin: AdminConfig = AdminConfig()
    interface: InterfaceConfig = InterfaceConfig()

    @property
    def org(self) -> str:
        """Its key in the database. Two applications of one corp differ by the id; no corp_id has a slash."""
        return f"{self.wecom.corp_id}/{self.id}" if self.id else self.wecom.corp_id

    @property
    def path(self) -> str:
        """What comes before its callback and its pages."""
        return f"/o/{self.id}" if self.id else ""


@dataclass(frozen=True, slots=True)
class Config:
    wecom: WecomConfig
    server: ServerConfig
    storage: StorageConfig
    regulation: RegulationConfig
    calendar: CalendarConfig = CalendarConfig()
    admin: AdminConfig = AdminConfig()
    interface: InterfaceConfig = InterfaceConfig()
    heartbeat: HeartbeatConfig = HeartbeatConfig()
    further: tuple[OrganisationConfig, ...] = ()  # [organisation.<id>]

    @property
    def organisations(self) -> tuple[OrganisationConfig, ...]:
        """All of them, the one of the top-level sections first."""
        first = OrganisationConfig("", self.wecom, self.regulation, self.calendar, self.admin, self.interface)
        return (first, *self.further)


SECTIONS: dict[str, type[Any]] = {
    "wecom": WecomConfig,
    "server": ServerConfig,
    "storage": StorageConfig,
    "regulation": RegulationConfig,
    "calendar": CalendarConfig,
    "admin": AdminConfig,
    "interface": InterfaceConfig,
    "heartbeat": HeartbeatConfig,
}
OWN = ("wecom", "regulation", "calendar", "admin", "interface")  # sections that each organisation has for itself
FURTHER = "organisation"  # [organisation.<id>.wecom] and so on


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `key` is dotted; empty when it concerns the whole file."""

    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.key}: {self.sentence}" if self.key else self.sentence


class ConfigProblems(Exception):
    """The file cannot be used. All problems at once, in Chinese, without a secret's value."""

    def __init__(self, path: Path, problems: tuple[Problem, ...], right: Mapping[str, Any] | None = None) -> None:
        self.path = path
        self.problems = problems
        # The sections without a problem, so that `shenfa check` can go on with them: "wecom", "organisation.a.wecom".
        self.right = right or {}
        super().__init__("\n  ".join([f"{path.name}: {len(problems)} 处问题", *map(str, problems)]))


# ---- one value at a time: a parser raises ValueError with a sentence -----------------------------------------------


@dataclass(frozen=True, slots=True)
class Around:
    """What a value may refer to: the folder of the file, and the environment."""

    folder: Path
    env: Mapping[str, str]


Parser = Callable[[object, Around], Any]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f'要一段文字（加引号 "…"），现在是 {_shown(value)}')
    if not value.strip():
        raise ValueError("不能是空的")
    return value.strip()


def _corp_id(value: object, _: Around) -> str:
    text = _string(value)
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", text):
        raise ValueError(f"企业 ID 只有字母、数字、_ 和 -，现在是 {_shown(text)}")
    return text


def _whole(least: int, most: int, unit: str = "整数") -> Parser:
    def parse(value: object, _: Around) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"要 {least} 到 {most} 的{unit}，现在是 {_shown(value)}")
        return value

    return parse


def _yes_or_no(value: object, _: Around) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"要 true 或 false（不加引号），现在是 {_shown(value)}")
    return value


def _url(value: object, _: Around) -> str:
    text = _string(value)
    wrong = ValueError(f"要一个网址，如 https://example.gov.cn，现在是 {_shown(text)}")
    if not re.fullmatch(r"[!-~]+", text):  # no blanks; other scripts must be written as punycode
        raise wrong
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise wrong
    if parts.username is not None or parts.password is not None:
        raise ValueError("网址里不能写用户名和密码")
    if "?" in text or "#" in text:
        raise ValueError(f"网址里不能有 ? 或 #，现在是 {_shown(text)}")
    return text.rstrip("/")


def _watched(value: object, around: Around) -> Secret:
    """An address with what tells us apart in its path or query: as secret as a token, and never shown."""
    text = _revealed(value, around)
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[!-~]+", text) or parts.username is not None:
        raise ValueError("要一个网址，如 https://hc.example.com/ping/…，可以有 ?，不能有用户名和密码")
    return Secret(text)


def _host(value: object, _: Around) -> str:
    text = _string(value)
    if not re.fullmatch(r"[0-9A-Za-z.:_-]+", text):
        raise ValueError(f"要一个地址，如 127.0.0.1 或 0.0.0.0，现在是 {_shown(text)}")
    return text


def _path(value: object, around: Around) -> Path:
    return (around.folder / Path(_string(value)).expanduser()).resolve()


def _existing(value: object, around: Around) -> Path:
    path = _path(value, around)
    if not path.is_file():
        raise ValueError(f"没有这个文件：{path}")
    return path


def _in_folder(value: object, around: Around) -> Path:
    """A file that may not exist yet, in a folder that does."""
    path = _path(value, around)
    if path.is_dir():
        raise ValueError(f"这是一个文件夹，要一个文件：{path}")
    if not path.parent.is_dir():
        raise ValueError(f"没有这个文件夹：{path.parent}")
    return path


def _slug(value: object, _: Around) -> str:
    text = _string(value)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(f"要制度的代号，如 saws（运行 shenfa regulation list 可看全部），现在是 {_shown(text)}")
    return text


def _slugs(value: object, around: Around) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f'要一组代号，如 ["perf-assessment-paper"]，现在是 {_shown(value)}')
    found = tuple(_slug(one, around) for one in value)
    if twice := [one for n, one in enumerate(found) if one in found[:n]]:
        raise ValueError(f"{twice[0]} 写了两次")
    return found


USERID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}")


def _userids(value: object, _: Around) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f'要一组 userid，如 ["wangfang"]，现在是 {_shown(value)}')
    if wrong := [one for one in value if not USERID.fullmatch(one)]:
        raise ValueError(f"这不是 userid: {', '.join(map(_shown, wrong))}")
    return tuple(dict.fromkeys(one.lower() for one in value))


def _userid(value: object, _: Around) -> str:
    text = _string(value)
    if not USERID.fullmatch(text):
        raise ValueError(f"这不是 userid: {_shown(text)}")
    return text.lower()


LEAST_TOKEN = 20  # characters; a connector's token is made, not thought of


def _tokens(value: object, around: Around) -> dict[str, Secret]:
    if not isinstance(value, dict):
        raise ValueError("要一个表：[interface.tokens]，每行写 接口名 = 令牌")
    found: dict[str, Secret] = {}
    for name, token in value.items():
        if not re.fullmatch(r"[0-9A-Za-z_-]{1,32}", name):
            raise ValueError(f"接口名只有字母、数字、_ 和 -，现在是 {_shown(name)}")
        try:
            found[name] = _secret(token, around)
        except ValueError as error:
            raise ValueError(f"{name} 的令牌：{error}") from None
        if len(found[name]) < LEAST_TOKEN:
            raise ValueError(f"{name} 的令牌至少 {LEAST_TOKEN} 个字符，现在有 {len(found[name])} 个")
    if len(set(found.values())) < len(found):
        raise ValueError("两个接口不能用同一个令牌")
    return found


def _verify_files(value: object, _: Around) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("要一个表：[wecom.verify_files]，每行写 文件名 = 内容")
    for name, content in value.items():
        if not re.fullmatch(r"[A-Za-z]{2}_verify_[0-9A-Za-z]+\.txt", name):
            raise ValueError(f"文件名要像 WW_verify_xxxx.txt，现在是 {_shown(name)}")
        if not isinstance(content, str) or not re.fullmatch(r"[!-~]{1,200}", content):
            raise ValueError(f"{name} 的内容要照抄下载的文件，一行文字")
    return dict(value)


def _revealed(value: object, around: Around) -> str:
    """The secret itself, or what `env:NAME` or `file:PATH` points to. No sentence ever shows a value."""
    if not isinstance(value, str):
        raise ValueError('要一段文字（加引号 "…"）')
    text = value.strip()
    if text.startswith("env:"):
        name = text.removeprefix("env:")
        if not re.fullmatch(r"[A-Za-z_][0-9A-Za-z_]*", name):
            raise ValueError("env: 后面要写环境变量的名字，如 env:SHENFA_SECRET")
        if name not in around.env:
            raise ValueError(f"环境变量 {name} 没有设置")
        text = around.env[name].strip()
    elif text.startswith("file:"):
        name = text.removeprefix("file:").strip()
        try:
            text = _existing(name, around).read_text(encoding="utf-8-sig").strip()
        except OSError as error:
            raise ValueError(f"读不到文件 {name}（{why(error)}）") from None
        except UnicodeDecodeError:
            raise ValueError(f"文件 {name} 不是文本") from None
    if not text:
        raise ValueError("不能是空的")
    return text


def _secret(value: object, around: Around) -> Secret:
    text = _revealed(value, around)
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("只能有字母、数字和半角符号，不能有空格")
    return Secret(text)


def _token(value: object, around: Around) -> Secret:
    text = _revealed(value, around)
    if not re.fullmatch(r"[0-9A-Za-z]{1,32}", text):
        raise ValueError(f"要 1 到 32 个字母或数字，现在有 {len(text)} 个字符")
    return Secret(text)


def _aes_key(value: object, around: Around) -> Secret:
    text = _revealed(value, around)
    if not re.fullmatch(r"[0-9A-Za-z]{43}", text):
        raise ValueError(f"要正好 43 个字母或数字，现在有 {len(text)} 个字符")
    return Secret(text)


def why(error: OSError) -> str:
    """What the operating system says, in Chinese where it is one of the usual things."""
    usual = {
        errno.ENOENT: "没有这个文件或文件夹",
        errno.EACCES: "没有权限",
        errno.EISDIR: "这是一个文件夹",
        errno.ENOTDIR: "路径里有一段不是文件夹",
        errno.ENOSPC: "磁盘满了",
        errno.EROFS: "磁盘是只读的",
    }
    return usual.get(error.errno or 0, str(error.strerror))


def new_aes_key() -> str:
    """A fresh EncodingAESKey: 32 random bytes in base64, taken again until it is letters and digits only."""
    while True:
        made = b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if made.isalnum():
            return made


# ---- the whole list ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the file: its section, name, parser; whether it must be there."""

    section: str
    name: str
    parse: Parser
    required: bool = False

    @property
    def dotted(self) -> str:
        return f"{self.section}.{self.name}"


KEYS: tuple[Key, ...] = (
    Key("wecom", "corp_id", _corp_id, required=True),
    Key("wecom", "agent_id", _whole(1, 2**31 - 1), required=True),
    Key("wecom", "secret", _secret, required=True),
    Key("wecom", "token", _token, required=True),
    Key("wecom", "encoding_aes_key", _aes_key, required=True),
    Key("wecom", "api_base_url", _url),
    Key("wecom", "oauth_base_url", _url),
    Key("wecom", "ca_bundle", _existing),
    Key("wecom", "timestamp_window_minutes", _whole(1, 1440, "分钟数")),
    Key("wecom", "passive_card_updates", _yes_or_no),
    Key("wecom", "verify_files", _verify_files),
    Key("server", "public_url", _url, required=True),
    Key("server", "host", _host),
    Key("server", "port", _whole(1, 65535)),
    Key("storage", "path", _in_folder, required=True),
    Key("storage", "keep_days", _whole(7, 3650, "天数")),
    Key("regulation", "slug", _slug),
    Key("regulation", "file", _existing),
    Key("regulation", "words", _existing),
    Key("regulation", "add", _slugs),
    Key("calendar", "file", _existing),
    Key("admin", "userids", _userids),
    Key("interface", "collector", _userid),
    Key("interface", "tokens", _tokens),
    Key("heartbeat", "url", _watched),
    Key("heartbeat", "every", _whole(1, 1440, "分钟数")),
)


def key(dotted: str) -> Key:
    """Raises KeyError."""
    return {one.dotted: one for one in KEYS}[dotted]


# ---- the whole file ------------------------------------------------------------------------------------------------


def load(path: Path, env: Mapping[str, str] | None = None) -> Config:
    """Read and check one file. Raises ConfigProblems."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigProblems(path, (Problem("", f"没有这个文件：{path}（先运行 shenfa init 生成一个）"),)) from None
    except OSError as error:
        raise ConfigProblems(path, (Problem("", f"读不到这个文件（{why(error)}）"),)) from None
    except UnicodeDecodeError:
        raise ConfigProblems(path, (Problem("", "不是 UTF-8 编码，请用 UTF-8 另存"),)) from None
    except tomllib.TOMLDecodeError as error:  # its text may quote the file: only the place is passed on
        found = re.search(r"at line (\d+), column (\d+)", str(error))
        where = f"（第 {found[1]} 行第 {found[2]} 个字符）" if found else "（文件末尾还没写完）"
        raise ConfigProblems(path, (Problem("", f"写法不合 TOML{where}"),)) from None
    return from_mapping(data, path, env)


def from_mapping(data: Mapping[str, object], path: Path, env: Mapping[str, str] | None = None) -> Config:
    """Check the parsed file. `path` gives its name and the folder that relative paths start from."""
    around = Around(path.resolve().parent, os.environ if env is None else env)
    known = [*SECTIONS, FURTHER]
    problems = [Problem(name, _unknown(name, known)) for name in data if name not in known]
    right, wrong = _sections(data, list(SECTIONS), "", around)
    further, wrong_further, right_further = _further(data.get(FURTHER, {}), around)
    problems += [*wrong, *wrong_further]
    if not problems:
        loaded = Config(**right, further=further)
        problems += _clashes(loaded.organisations)
    if problems:
        raise ConfigProblems(path, tuple(problems), right | right_further)
    return loaded


def _sections(
    data: Mapping[str, object], names: Sequence[str], before: str, around: Around
) -> tuple[dict[str, Any], list[Problem]]:
    """The sections without a problem, by their names; and all problems. `before`: what a problem's key begins with."""
    right: dict[str, Any] = {}
    problems: list[Problem] = []
    for section in names:
        table = data.get(section, {})
        if not isinstance(table, dict):
            problems.append(Problem(f"{before}{section}", f"要写成一节：[{before}{section}]"))
            continue
        values, wrong = _section(section, table, around)
        problems += [Problem(f"{before}{one.key}", one.sentence) for one in wrong]
        if not wrong:
            right[section] = SECTIONS[section](**values)
    return right, problems


def _further(listed: object, around: Around) -> tuple[tuple[OrganisationConfig, ...], list[Problem], dict[str, Any]]:
    """The organisations of [organisation.<id>] that are whole; all problems; every section without one."""
    if not isinstance(listed, dict):
        return (), [Problem(FURTHER, f"要写成 [{FURTHER}.代号.wecom] 这样的节")], {}
    found: list[OrganisationConfig] = []
    problems: list[Problem] = []
    kept: dict[str, Any] = {}
    for id, tables in listed.items():
        before = f"{FURTHER}.{id}."
        if said := _bad_id(id, [one for one in listed if one.lower() == id.lower()]):
            problems.append(Problem(before[:-1], said))
            continue
        if not isinstance(tables, dict):
            problems.append(Problem(before[:-1], f"要写成 [{before}wecom] 这样的节"))
            continue
        unknown = [Problem(f"{before}{name}", _not_own(name)) for name in tables if name not in OWN]
        right, wrong = _sections(tables, OWN, before, around)
        problems += [*unknown, *wrong]
        kept |= {f"{before}{section}": value for section, value in right.items()}
        if not wrong:
            found.append(OrganisationConfig(id, **right))
    return tuple(found), problems, kept


def _bad_id(id: str, alike: Sequence[str]) -> str:
    if not re.fullmatch(r"[0-9A-Za-z-]{1,32}", id):
        return "代号只有字母、数字和 -，最多 32 个"
    return "" if alike[0] == id else f"这个代号用了两次（{alike[0]}；大小写不算区别）"


def _not_own(name: str) -> str:
    return f"[{name}] 是各单位共用的，只在最外面写一次" if name in SECTIONS else _unknown(name, list(OWN))


def _clashes(organisations: Sequence[OrganisationConfig]) -> Iterator[Problem]:
    """What two organisations may not share, told of the later one. A secret's value is never shown."""
    for n, one in enumerate(organisations):
        for other in organisations[:n]:
            name = f"[{FURTHER}.{other.id}]" if other.id else "最外面的 [wecom]"
            before = f"{FURTHER}.{one.id}.wecom"
            if _application(one) == _application(other):
                yield Problem(f"{before}.agent_id", f"和{name}是同一个应用（corp_id 和 agent_id 都一样）")
            if one.wecom.encoding_aes_key == other.wecom.encoding_aes_key:
                yield Problem(f"{before}.encoding_aes_key", f"和{name}的一样；每个应用要用各自的，回调才不会串")
            for file in sorted(one.wecom.verify_files.keys() & other.wecom.verify_files.keys()):
                if one.wecom.verify_files[file] != other.wecom.verify_files[file]:
                    yield Problem(f"{before}.verify_files", f"{file} 和{name}里的内容不同")


def _application(one: OrganisationConfig) -> tuple[str, int]:
    return one.wecom.corp_id, one.wecom.agent_id


def _section(section: str, table: Mapping[str, object], around: Around) -> tuple[dict[str, Any], list[Problem]]:
    keys = [one for one in KEYS if one.section == section]
    names = [one.name for one in keys]
    problems = [Problem(f"{section}.{name}", _unknown(name, names)) for name in table if name not in names]
    values: dict[str, Any] = {}
    for one in keys:
        if one.name in table:
            try:
                values[one.name] = one.parse(table[one.name], around)
            except ValueError as error:
                problems.append(Problem(one.dotted, str(error)))
        elif one.required:
            problems.append(Problem(one.dotted, "缺少这个键"))
    if section == "regulation" and ("slug" in table) == ("file" in table):
        both = "slug 和 file 只能写一个" if "slug" in table else "slug 和 file 要写一个"
        problems.append(Problem("regulation", both))
    return values, problems


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    if near:
        return f"没有这个键（是不是 {near[0]}？）"
    home = [one.section for one in KEYS if one.name == name]
    return f"没有这个键（{name} 写在 [{home[0]}] 里）" if home else "没有这个键"
