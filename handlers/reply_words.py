"""答复的用语: what those who answer netizens read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.rules import comments, pairs, replies
from bot.rules.item import Item, Move, State
from bot.rules.personal import masked
from bot.rules.regulation import Do, Interim, Step
from handlers import wording as w
from handlers.cards import cut
from handlers.context import BEIJING, Context


def unwritten(item: Item) -> bool:
    """Whether nobody has written anything yet: the wording is still the comment itself."""
    return item.current.body == comments.said(item)


TELLING = 100  # characters of an answer, told to whoever collected the comment
GIVEN = "已提意见"  # of several units: the row of a card that counts them


def opinions_given(item: Item, moves: Sequence[Move], ctx: Context) -> str:
    """1/2; empty where one unit alone is asked."""
    found = w.parts(item, moves, ctx)
    return f"{sum(done for _, done in found)}/{len(found)}" if found else ""


def urgency(item: Item, step: Step, due: datetime | None, ctx: Context) -> str:
    """须今天答复 评 0456 · 剩 7 小时 41 分; of a later day the deadline itself."""
    if due is None:
        return f"待您{step.act} 评 {item.number}"
    if due <= ctx.now:
        return f"已逾期，待您{step.act} 评 {item.number}"
    ends_today = w.until(due, ctx.now).startswith("今天")
    soon = ends_today or due.astimezone(BEIJING).date() == ctx.today
    if soon:
        return f"须今天{'答复' if step.do is Do.REPLY else step.act} 评 {item.number} · 剩 {replies.left(due, ctx.now)}"
    return f"待您{step.act} 评 {item.number} · 期限 {w.until(due, ctx.now)}"


def source(item: Item) -> str:
    """微博 @网友甲 发表于 2025-03-14 10:05."""
    who = " ".join(filter(None, (item.form.get(comments.PLATFORM), item.form.get(comments.NETIZEN))))
    return f"{who} 发表于 {item.form.get(comments.POSTED, '')}".strip()


def head(item: Item, step: Step, due: datetime | None, ctx: Context) -> str:
    """Who asks what, until when, on what ground; the comment in full, with its link."""
    assert item.flow is not None
    link = item.form.get(comments.LINK, "")
    ticks = "".join(f"✓{tick}\n" for tick in item.ticks)
    return (
        f"【{urgency(item, step, due, ctx)}】\n{source(item)} · {item.flow.label}（依据 {w.basis(item.flow)}）\n"
        f"————\n{w.content(item)}\n————\n" + (f"原文链接：{link}\n" if link else "") + ticks
    )


def answer_wanted(item: Item, interim: Interim | None) -> str:
    """What is asked for after the tap."""
    if interim is None:
        return (
            f"请把给网民的答复发来（{item.number}）。已经发出的，最后一行可附上链接。"
            "口吻要真诚平等。不答复了回复“算了”。"
        )
    if not interim.texts:
        return f"请把先答复网民的话发来（{item.number} {interim.act}）。不答复了回复“算了”。"
    listed = "\n".join(f"{n}. {text}" for n, text in enumerate(interim.texts, 1))
    return f"{item.number} {interim.act}，请选一句，点卡片或回复序号，也可以自己写一句发来：\n{listed}"


def doubtful(item: Item, found: replies.Findings) -> str:
    return (
        f"{item.number} {'；'.join(found.doubts)}。（{found.counted}）\n"
        f"要这样答复，点“照此答复”，或回复“照此答复 {item.number}”；要改，把改好的答复发来。"
    )


def before_the_answer(item: Item, people: Sequence[str], ctx: Context) -> str:
    """What must happen before this comment can be answered, and who does it; empty when nothing is left to answer."""
    step = item.step
    if item.state is not State.RUNNING or item.flow is None or step is None:
        return ""
    later = [n for n, s in enumerate(item.flow.steps) if n >= item.position and s.do is Do.REPLY and item.applies(s)]
    if not later:
        return ""
    who = w.some_names(people, ctx) or "（暂无人可办）"
    if later[0] == item.position:
        return f"{item.number} 的“{step.act}”由{who}办理，不由您办理。"
    checks = any(s.do is Do.CHECK for s in item.flow.steps[item.position : later[0]])
    why = "答复要先审定" if checks else f"先要办“{step.act}”"
    now = f"现在“{step.act}”环节，由{who}办理（依据 {w.basis(item.flow)}）"
    return f"{item.number} {why}，还不能答复：{now}，{'同意后照原文答复' if checks else '办好以后再答复'}。"


def given(item: Item, ctx: Context) -> list[str]:
    """Every answer in full, and what the netizen was told of a delay."""
    made = [move for move in ctx.moves(item) if replies.answered(move)]
    lines = []
    for move in made:
        link = move.form.get(comments.REPLY_LINK, "")
        said = f"{move.form[comments.REPLY]} {link}".rstrip()
        lines.append(f"{w.dated(move.at, ctx.now)} {w.person_as(move.actor, move.acting_for, ctx)}答复：{said}")
    told = item.form.get(comments.TOLD_LONGER, "")
    return [*lines, f"{comments.TOLD_LONGER}：{told}"] if told else lines


def answered_so(item: Item, moves: Sequence[Move]) -> str:
    """What the netizen was told at last, in short, for whoever collected it; nothing of a private flow."""
    if not comments.is_comment(item) or item.flow is None or item.flow.private:
        return ""
    said = next((move.form[comments.REPLY] for move in reversed(moves) if replies.answered(move)), "")
    line = " ".join(masked(said).split())
    return f"答复：{cut(line, TELLING)}" if line else ""


def how_to_draft(item: Item, step: Step, *, several: bool, settles: bool) -> str:
    """What to send: the unit's own opinion, one answer out of several, or the answer."""
    if several:
        return f"这件由几个单位分别提意见，请把本单位的意见发来：点“写答复”，或回复“拟复 {item.number} 意见”。"
    if settles:
        return (
            f"各单位意见都在上面，请定一份答复：点“用某单位的”，或回复“拟复 {item.number} 全文”。"
            f"要单位重新研究，回复“退回 {item.number} 理由”。"
        )
    same = "" if unwritten(item) else "不改点“不改，送审”；"
    return f"{same}请把拟答复的全文发来：点“写答复”，或回复“拟复 {item.number} 全文”。审定后照原文答复。"


def like(item: Item, ctx: Context) -> pairs.Pair | None:
    """What was answered to a like question; never offered, as it is never kept, for private flows."""
    if item.flow is None or item.flow.private:
        return None
    return pairs.alike(comments.said(item), (p for p in ctx.store.pairs(pairs.MOST) if p.item != item.id))


def answered_before(item: Item, found: pairs.Pair | None) -> str:
    if found is None:
        return ""
    which = f"（{found.item:04d}）" if found.item else ""
    return (
        f"以前答过相似的问题{which}：\n问：{found.question}\n答：{found.answer}\n"
        f"合适的，点“用以前的答复”，或回复“用以前的答复 {item.number}”。\n"
    )
