"""演示: a made-up organisation, the stand-in platform in a process of its own, and the bot, on one machine."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from urllib.error import URLError

import uvicorn
from sqlite_utils import Database

from bot.app import Bot, build
from bot.clock import BEIJING, Clock, DemoClock
from bot.config import (
    Config,
    RegulationConfig,
    Secret,
    ServerConfig,
    StorageConfig,
    WecomConfig,
    new_aes_key,
)
from bot.regulation import load
from bot.rules.effects import GrantPublishing, Record
from bot.rules.regulation import Do, Regulation
from bot.rules.roster import Seat
from bot.rules.textcheck import Entry
from bot.rules.workdays import Calendar, ChineseCalendar
from storage.apply import apply
from storage.roster import replace_seats

CORP, AGENT = "wwshenfademo000001", 1000002

# 监管一司 and the others of the first regulation, as in its examples.
SAWS_SEATS = (
    Seat("limin", "李敏", "监管一司", "informant"),
    Seat("heping", "何平", "监管一司", "secrecy"),
    Seat("liuyang", "刘洋", "监管一司", "unit_head"),
    Seat("sunfu", "孙副司长", "监管一司"),
    Seat("yangju", "杨局长", "监管一司", "leader"),
    Seat("zhangwei", "张伟", "监管一司", "publisher"),
    Seat("chenjing", "陈静", "应急指挥中心", "informant"),
    Seat("zhaoqiang", "赵强", "应急指挥中心"),
    Seat("wangfang", "王芳", "人事司(宣教办)", "central_officer"),
    Seat("zhouzhuren", "周主任", "人事司(宣教办)", "central_head"),
    Seat("zhengli", "郑丽", "人事司(宣教办)", "central_publisher"),
    Seat("guoliang", "郭亮", "赴现场工作组", "scene_staff"),
    Seat("qinzong", "秦总", "赴现场工作组", "scene_head"),
    Seat("zhouting", "周婷", "宣传教育中心", "collector"),
    Seat("sunlei", "孙磊", "通信信息中心", "operator"),
)
# Who answers comments: the competent unit, and the office that petitions go to.
COMMENT_SEATS = (
    Seat("luqing", "陆青", "政策法规司", "handler"),
    Seat("luqing", "陆青", "政策法规司", "informant"),
    Seat("malin", "马林", "政策法规司", "unit_head"),
    Seat("fangyuan", "方远", "通信信息中心", "handler"),
    Seat("fangyuan", "方远", "通信信息中心", "informant"),
    Seat("qianming", "钱明", "办公厅", "office_officer"),
)
FIRST_PHONES = {"saws": "limin,liuyang,zhangwei"}
COMMENT_PHONES = {"saws": "zhouting,luqing,wangfang"}
OPENS, LEAVES = time_of_day(9, 0), time_of_day(16, 30)  # later, too little of the day is left to watch a deadline
WORDS = (Entry("内部通报", 1, "未公开的内部文件"), Entry("征求意见稿", 6), Entry("别问了", "语气"))


def begins_at(now: datetime, calendar: Calendar) -> datetime | None:
    """When the demonstration's clock begins, so that today's deadlines and tomorrow's opening can be watched.

    None: now will do. Else the next morning of a working day that is followed by another one.
    """
    here = now.astimezone(BEIJING)
    if _two_workdays(here.date(), calendar) and OPENS <= here.time() <= LEAVES:
        return None
    day = here.date() if here.time() < OPENS else here.date() + timedelta(days=1)
    while not _two_workdays(day, calendar):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, BEIJING)


def _two_workdays(day: date, calendar: Calendar) -> bool:
    return all(calendar.is_workday(day + timedelta(days=n)).workday for n in (0, 1))


def seats_for(regulation: Regulation) -> tuple[Seat, ...]:
    """The people of the demo: those of the first regulation's examples, else one made-up person a role."""
    if regulation.slug == "saws":
        return SAWS_SEATS
    names = iter("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗")
    seats = []
    for role, rule in regulation.role.items():
        unit = "业务一部" if rule.scope == "own" else regulation.unit[rule.scope]
        seats.append(Seat(role, f"{next(names, '钱')}{rule.label[:2]}", unit, role))
    return tuple(seats)


def second_unit(regulation: Regulation) -> tuple[Seat, ...]:
    """People of one more unit for what is given to several: whoever acts after an assign."""
    own = {key: rule for key, rule in regulation.role.items() if rule.scope == "own"}
    after = [s for f in regulation.flow for n, s in enumerate(f.steps) if any(x.do is Do.ASSIGN for x in f.steps[:n])]
    roles = dict.fromkeys(key for step in after for key in step.by if key in own)
    return tuple(Seat(f"{key}2", f"钱{own[key].label[:2]}", "业务二部", key) for key in roles)


def seed(bot: Bot, seats: tuple[Seat, ...], regulation: Regulation, now: datetime) -> None:
    """Put the roster in, and grant what needs a grant."""

    def write(db: Database) -> None:
        replace_seats(db, bot.org, seats, now, "demo")
        for seat in seats:
            rule = regulation.role.get(seat.role)
            if rule is None or rule.granted_by is None:
                continue
            granter = next(s.userid for s in seats if s.role == rule.granted_by)
            apply(
                db,
                [
                    GrantPublishing(seat.userid, seat.role, seat.unit, granter),
                    Record(granter, "授权发布", None, f"{seat.name}:{seat.unit}"),
                ],
                org=bot.org, cause=f"demo-grant-{seat.userid}", now=now,
            )  # fmt: skip

    bot.writer.submit(write).result()


def free_port(host: str) -> int:
    with socket.create_server((host, 0)) as probe:
        return int(probe.getsockname()[1])


def demo_config(folder: Path, slug: str, *, bot_url: str, platform_url: str, host: str, port: int) -> Config:
    return Config(
        wecom=WecomConfig(
            corp_id=CORP,
            agent_id=AGENT,
            secret=Secret(secrets.token_hex(16)),
            token=Secret(secrets.token_hex(12)),
            encoding_aes_key=Secret(new_aes_key()),
            api_base_url=platform_url,
            oauth_base_url=platform_url,
            timestamp_window_minutes=1440,
        ),
        server=ServerConfig(public_url=bot_url, host=host, port=port),
        storage=StorageConfig(path=folder / "demo.db"),
        regulation=RegulationConfig(slug=slug),
    )


def platform_settings(
    config: Config, seats: tuple[Seat, ...], regulation: Regulation, *, host: str, port: int, key: str
) -> dict[str, object]:
    """What the stand-in is told: the same secrets, the phones' people, where the bot listens."""
    bot_url = config.server.public_url
    people: dict[str, dict[str, str]] = {}
    for seat in seats:
        label = regulation.role[seat.role].label if seat.role else ""
        known = people.get(seat.userid)
        role = "、".join(filter(None, [known["role"] if known else "", label]))
        people[seat.userid] = {"userid": seat.userid, "name": seat.name, "unit": seat.unit, "role": role}
    return {
        "corp_id": config.wecom.corp_id, "agent_id": config.wecom.agent_id, "secret": str(config.wecom.secret),
        "token": str(config.wecom.token), "encoding_aes_key": str(config.wecom.encoding_aes_key),
        "people": list(people.values()), "host": host, "port": port,
        "callback_url": f"{bot_url}/wecom/callback", "bot_public_url": bot_url,
        "bot_clock_url": f"{bot_url}/demo/{key}/clock", "demo": True,
    }  # fmt: skip


@contextmanager
def platform_process(settings: dict[str, object], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The stand-in, in a process of its own, until the block ends."""
    path = folder / "sandbox.json"
    path.write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-m", "bot.sandbox", "--config", str(path)])
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the stand-in listens. Raises RuntimeError when it ended instead."""
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError("仿真平台没有启动（端口可能被占用，可以换一个：shenfa demo --port 8001）")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError("仿真平台没有启动")


def _serve(bot: Bot, host: str, port: int) -> None:
    """Until Ctrl+C or a request to end; uvicorn would raise the signal again before we can end the stand-in."""
    server = uvicorn.Server(uvicorn.Config(bot.web, host=host, port=port, log_level="warning", access_log=False))

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
        await server._serve()

    asyncio.run(serve())


def run(*, host: str, port: int, slug: str) -> None:
    """Start everything, print the address, and run until interrupted."""
    regulation = load(slug)
    seats = seats_for(regulation)
    seats += COMMENT_SEATS if slug == "saws" else second_unit(regulation)
    begins = begins_at(Clock().now(), ChineseCalendar())
    try:
        socket.create_server((host, port)).close()
    except OSError as taken:
        raise SystemExit(f"端口 {port} 已被占用，请换一个：shenfa demo --port {port + 1}") from taken
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    with tempfile.TemporaryDirectory(prefix="shenfa-demo-") as name:
        folder, key, bot_port = Path(name), secrets.token_hex(8), free_port(host)
        platform_url = f"http://{shown}:{port}"
        config = demo_config(
            folder, slug, bot_url=f"http://{shown}:{bot_port}", platform_url=platform_url, host=host, port=bot_port
        )
        words = WORDS if slug == "saws" else ()
        bot = build(config, DemoClock(begins), words=words, demo_key=key, framed_by=platform_url)
        seed(bot, seats, regulation, bot.clock.now().replace(microsecond=0))
        settings = platform_settings(config, seats, regulation, host=host, port=port, key=key)
        settings |= {"runs_from": begins.isoformat()} if begins else {}
        with platform_process(settings, folder) as process:
            _wait_for(f"{platform_url}/", process)
            phones = FIRST_PHONES.get(slug) or ",".join(dict.fromkeys(s.userid for s in seats[:3]))
            print(f"\n  审发演示: {platform_url}/?p={phones}", flush=True)
            if slug in COMMENT_PHONES:
                print(f"  网民评论: {platform_url}/?p={COMMENT_PHONES[slug]}", flush=True)
            if begins:
                print(f"  演示的时间从 {begins:%-m月%-d日 %H:%M} 开始（工作日上班时间）。", flush=True)
            print("  按 Ctrl+C 结束。\n", flush=True)
            try:
                _serve(bot, host, bot_port)
            finally:
                bot.stop()
