"""发布结果: reading links and omissions out of what a publisher sends. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

URL = re.compile(r"https?://[^\s,，;；、)>》】]+", re.IGNORECASE)

# Hosts by which a link tells its platform when the line does not: word in the platform's name → host endings.
HOSTS: dict[str, tuple[str, ...]] = {
    "新浪": ("weibo.com", "weibo.cn", "sina.com.cn", "t.cn"),
    "人民": ("people.com.cn", "people.cn"),
    "新华": ("xinhuanet.com", "news.cn", "home.news.cn"),
    "微信": ("mp.weixin.qq.com", "weixin.qq.com"),
    "腾讯": ("t.qq.com",),
}


@dataclass(frozen=True, slots=True)
class Results:
    """`links` and `omitted` by platform; `unclear`: lines nobody could place."""

    links: dict[str, str] = field(default_factory=dict)
    omitted: dict[str, str] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()


def read_results(text: str, platforms: Sequence[str], missing: Sequence[str]) -> Results:
    """One line a platform: `新浪网 https://…` or `腾讯网 已停用`. A bare link goes where its host says."""
    links: dict[str, str] = {}
    omitted: dict[str, str] = {}
    unclear: list[str] = []
    for line in (part.strip() for part in text.splitlines()):
        if not line:
            continue
        url = URL.search(line)
        platform = _platform(line, url.group() if url else "", platforms, [m for m in missing if m not in links])
        if platform and url:
            links[platform] = url.group()
        elif not url and (left_out := _omission(line, platforms)):
            omitted[left_out[0]] = left_out[1]
        else:
            unclear.append(line)
    return Results(links, omitted, tuple(unclear))


def _platform(line: str, url: str, platforms: Sequence[str], missing: Sequence[str]) -> str:
    words = line.replace(url, " ") if url else line
    named = [p for p in platforms if p in words]
    if not named:
        named = [p for p in platforms if any(key in p and key in words for key in HOSTS)]
    if named:
        return max(named, key=len)
    if not url:
        return ""
    return by_host(url, platforms) or (missing[0] if len(missing) == 1 else "")


def by_host(url: str, platforms: Sequence[str]) -> str:
    """The platform that an address belongs to; "" when none of these is known to."""
    host = (urlsplit(url).hostname or "").lower()
    for key, endings in HOSTS.items():
        if any(host == end or host.endswith("." + end) for end in endings):
            fits = [p for p in platforms if key in p]
            if fits:
                return fits[0]
    return ""


SAID = r"(?:没发|未发|不发|没有发|已停用|停用|未开通)"
OMISSION = re.compile(r"[\s:\uff1a,\uff0c—-]+(?P<why>\S.*)|(?P<said>" + SAID + ".*)")
SHORT_OMISSION = re.compile(r"[\s:\uff1a,\uff0c—-]*(?P<said>" + SAID + ".*)")
TRIM = " 。()\uff08\uff09"


def _omission(line: str, platforms: Sequence[str]) -> tuple[str, str] | None:
    """A platform left out, with the reason: a line that begins with its name (`腾讯网 已停用`), or with the short
    word for it and 没发 (`微信没发:…`).

    A remark that merely mentions a platform leaves nothing out: publishing must not end by accident.
    """
    for platform in sorted(platforms, key=len, reverse=True):
        if line.startswith(platform):
            found = OMISSION.fullmatch(line.removeprefix(platform))
            return (platform, (found["why"] or found["said"]).strip(TRIM)) if found else None
    for word in HOSTS:
        meant = [p for p in platforms if word in p]
        if line.startswith(word) and len(meant) == 1:
            short = SHORT_OMISSION.fullmatch(line.removeprefix(word).removeprefix("网"))
            return (meant[0], short["said"].strip(TRIM)) if short else None
    return None
