"""存档: 存档 2025, 存档 2025-03, 存档 丁丽, 存档 标题词: what is kept, and the page from which it is downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from bot.rules import archive
from bot.rules import intents as i
from bot.rules.effects import Effect, Record
from bot.rules.textcheck import shown_title
from handlers import wording as w
from handlers.context import BEIJING, Context
from handlers.router import Router
from handlers.saying import refuse, say

router = Router()

MOST = 20  # lines in chat; the page has all
COUNTED = 1000  # what is looked through while others wait for their answers


@router.on(i.ArchiveAsked)
def archive_asked(intent: i.ArchiveAsked, ctx: Context) -> Sequence[Effect]:
    roles = archive.roles(ctx.regulation)
    wanted = archive.wanted(intent.said, ctx.today)
    words = [(word, ctx.roster.called(word)) for word in wanted.words]
    units = archive.confined(intent.who, ctx.desk)
    rows = ctx.store.archived(wanted.since, wanted.until, words, units, limit=COUNTED + 1)
    found = archive.visible(rows, intent.who, ctx.desk, ctx.store.item, ctx.store.moves)
    if not found and not roles:
        return refuse(intent, "本制度没有规定存档，查稿件发编号或“我的”", ctx)
    if not found and not _looks_after(intent.who, ctx):
        return refuse(intent, f"没有您可以查看的存档，存档由{_keepers(intent.who, ctx)}保管", ctx)
    many = len(rows) > COUNTED
    count = f"{len(found)} 件以上" if many else f"{len(found)} 件"
    lines = [f"存档 {wanted.label}：{count}。", *(_line(row, ctx) for row in found[:MOST])]
    if many:
        lines.append("其余的请打开网页看，或写明年、月再查。")
    elif len(found) > MOST:
        lines.append(f"还有 {len(found) - MOST} 件，请打开网页看。")
    if ctx.public_url and found:
        lines.append(f'<a href="{ctx.public_url}/archive?q={quote(wanted.label)}">查看和下载</a>')
    lines.append("可以按年、月、日、姓名、标题查，例如“存档 2025-03”。" if not found else "")
    text = "\n".join(line for line in lines if line)
    return [say(intent, text, ctx), Record(intent.who, "查存档", None, wanted.label)]


def _line(row: archive.Kept, ctx: Context) -> str:
    title = "（内容保密）" if row.private else f"《{shown_title(row.title) or '（无标题）'}》"
    at = row.at.astimezone(BEIJING)
    year = "" if at.year == ctx.today.year else f"{at.year}年"
    return f"{row.number} {year}{w.day(row.at)} {'、'.join(row.all_units)}{title}{ctx.name(row.author)}".rstrip()


def _looks_after(who: str, ctx: Context) -> bool:
    return ctx.oversees(who) or bool(ctx.roster.roles_of(who) & set(archive.roles(ctx.regulation)))


def _keepers(who: str, ctx: Context) -> str:
    """销售部信息员丁丽; without anybody there, the role."""
    units = tuple(dict.fromkeys(seat.unit for seat in ctx.roster.seats_of(who)))
    found = []
    for role in archive.roles(ctx.regulation):
        people = archive.keepers(role, units, ctx.regulation, ctx.roster)
        found.append(f"{ctx.role_label(role)}{ctx.names(people)}")
    return "、".join(found)
