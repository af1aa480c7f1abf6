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
        elif platform and _reason(line, platform):
            omitted[platform] = _reason(line, platform)
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
    return _by_host(url, platforms) or (missing[0] if len(missing) == 1 else "")


def _by_host(url: str, platforms: Sequence[str]) -> str:
    host = (urlsplit(url).hostname or "").lower()
    for key, endings in HOSTS.items():
        if any(host == end or host.endswith("." + end) for end in endings):
            fits = [p for p in platforms if key in p]
            if fits:
                return fits[0]
    return ""


def _reason(line: str, platform: str) -> str:
    rest = line.replace(platform, "", 1)
    return rest.strip(" :：,，—-()。") if rest != line else line
