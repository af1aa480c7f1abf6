"""来件: comments that somebody pastes into the chat, and what he puts right of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules import comments
from bot.rules import intents as i
from bot.rules.collectors import collectors
from bot.rules.comments import Comment
from bot.rules.effects import Effect, KeepComment, Record, SaveItem
from bot.rules.forms import read_moment
from bot.rules.item import Item, State, Version, replace
from bot.rules.pasting import Pasted, Read, correct, read
from bot.rules.personal import masked
from bot.rules.regulation import Kind
from handlers import wording as w
from handlers.arriving import Arrived, arrive
from handlers.collecting import ask_to_sort, collectable
from handlers.context import Context
from handlers.dues import open_deadline
from handlers.evidence import taken
from handlers.held import ASKED_AT_ONCE, unsorted
from handlers.pasted import ask_which, no_more_asked
from handlers.router import Router
from handlers.saying import merge_replies, refuse, say

router = Router()

FEW = 3  # so many are shown one by one


@router.on(i.PasteAsked)
def paste_asked(intent: i.PasteAsked, ctx: Context) -> Sequence[Effect]:
    found = read(intent.text, ctx.now, ctx.platform_names)
    return ask_which(intent, intent.text, len(found.comments) + len(found.refused), ctx)


@router.on(i.CommentsSent)
def comments_sent(intent: i.CommentsSent, ctx: Context) -> Sequence[Effect]:
    """Each becomes an item; one that is known is named and left; one that cannot be registered stops no other."""
    if not collectable(intent.who, ctx):
        return refuse(intent, f"您没有登记评论的权限{_who_collects(ctx)}", ctx, action="拒绝登记")
    found = read(intent.text, ctx.now, ctx.platform_names)
    if not found.comments and len(found.refused) <= 1 and len(intent.text.strip()) < len("评论评论"):
        how = "把评论粘贴在“评论”后面发来，例如：评论 微博 @网友甲 09:12 内容 链接；多条一行一条。"
        return [say(intent, how, ctx), Record(intent.who, "查看", None, "登记评论")]
    files, cleared = taken(intent.who, ctx) if found.comments else ((), [])
    arrived = arrive((one.comment for one in found.comments), intent.who, ctx, source="chat", files=files)
    refused = [Record(intent.who, "拒绝登记", None, f"第 {r.line} 行：{r.why}") for r in found.refused]
    nothing = [] if arrived.items or refused else [Record(intent.who, "重复登记", arrived.known[0][1])]
    effects = [
        *arrived.effects, *cleared, *refused, *nothing, *no_more_asked(intent, "已登记为评论", ctx),
        say(intent, _answer(found, arrived, ctx), ctx),
        *ask_to_sort(arrived.items[:ASKED_AT_ONCE], intent.who, ctx),
    ]  # fmt: skip
    return merge_replies(effects)


def _who_collects(ctx: Context) -> str:
    people = collectors(ctx.regulation, ctx.roster)
    return f"，请转给{w.some_names(people, ctx)}" if people else ""


def _answer(found: Pasted, arrived: Arrived, ctx: Context) -> str:
    """What was understood of each, what was refused and why, what was there before; and how to put it right."""
    untimed = {id(one.comment) for one in found.comments if not one.timed}
    fresh = _fresh(found.comments, arrived)
    lines = [] if len(fresh) == 1 else [f"收到 {len(fresh)} 条："] if fresh else []
    lines += [
        f"{'收到，编号 ' if len(fresh) == 1 else ''}{item.number} {understood(item, ctx)}"
        f"{'，时间按现在' if id(one.comment) in untimed else ''}{_marks(item)}"
        for one, item in fresh
    ]
    lines += [f"{_short(c)}：这条已登记，编号 {number:04d}，不再登记。" for c, number in arrived.known]
    lines += [f"第 {r.line} 行没有登记：{r.why}。" for r in found.refused]
    if fresh:
        number = fresh[0][1].number
        lines.append(f"有误就改，例如“改 {number} 网民 名字”“改 {number} 时间 昨天 23:50”；不登记了“撤回 {number}”。")
    if len(arrived.items) > ASKED_AT_ONCE:
        lines.append(f"先分办前 {ASKED_AT_ONCE} 条，其余发“待分办”。")
    return "\n".join(lines)


def _fresh(said: Sequence[Read], arrived: Arrived) -> list[tuple[Read, Item]]:
    known = {id(comment) for comment, _ in arrived.known}
    return list(zip((one for one in said if id(one.comment) not in known), arrived.items, strict=True))


def understood(item: Item, ctx: Context) -> str:
    """微博 @网友甲 今天 09:12「小微企业要不要办…」."""
    at, name = read_moment(item.form[comments.POSTED]), item.form.get(comments.NETIZEN, "")
    posted = f"今天 {w.hm(at)}" if at.date() == ctx.today else w.dated(at, ctx.now)
    who = (item.form.get(comments.PLATFORM, "平台未写"), f"@{name}" if name else "网民未写", posted)
    return f"{' '.join(who)}「{comments.heading(item)}」"


def _marks(item: Item) -> str:
    late = f"，{comments.DELAYED}" if comments.DELAYED in item.form else ""
    return (
        late
        + (f"，接着 {item.follows:04d}" if item.follows else "")
        + (f"，在 {item.under:04d} 下" if item.under else "")
    )


def _short(comment: Comment) -> str:
    line = " ".join(masked(comment.text).split())
    return f"「{line[: comments.HEADING]}{'…' if len(line) > comments.HEADING else ''}」"


@router.on(i.CommentCorrected)
def comment_corrected(intent: i.CommentCorrected, ctx: Context) -> Sequence[Effect]:
    """改 0456 时间 昨天 23:50: until it is handed on, by whoever may sort it."""
    item = ctx.store.item(intent.item)
    if item is None or item.kind is not Kind.COMMENT or item.author != intent.who:
        return refuse(intent, w.not_yours(intent.item), ctx)
    if item.state is not State.PREPARING:
        return refuse(intent, f"{item.number} 已交办，登记的内容不能再改", ctx, item)
    after = correct(_as_said(item), intent.field, intent.value, ctx.now)
    if isinstance(after, str):
        return refuse(intent, after, ctx, item)
    before = next((n for key in after.known_by if (n := ctx.store.comment(key)) is not None and n != item.id), None)
    if before is not None:
        return refuse(intent, f"改了就和 {before:04d} 是同一条，没有改；不登记了回复“撤回 {item.number}”", ctx, item)
    changed = replace(item, form=after.form, seq=item.seq + 1)
    changed = replace(changed, current=Version(1, comments.heading(changed), after.text, by=intent.who))
    assert changed.flow is not None
    return [
        SaveItem(changed),
        *[KeepComment(key, item.id, "chat") for key in after.keys if ctx.store.comment(key) is None],
        open_deadline(changed, changed.flow.steps[0], ctx),
        Record(intent.who, "更正登记", item.id, f"{intent.field}：{intent.value}"),
        say(intent, f"已改：{item.number} {understood(changed, ctx)}。", ctx, item.id),
    ]


def _as_said(item: Item) -> Comment:
    form = item.form
    return Comment(
        form.get(comments.TEXT, ""), read_moment(form[comments.POSTED]), form.get(comments.PLATFORM, ""),
        form.get(comments.NETIZEN, ""), form.get(comments.LINK, ""),
    )  # fmt: skip


@router.on(i.UnsortedAsked)
def unsorted_asked(intent: i.UnsortedAsked, ctx: Context) -> Sequence[Effect]:
    """待分办: how many wait, and the card of the next ones."""
    waiting = unsorted(intent.who, ctx)
    if not waiting:
        return [say(intent, "没有待分办的评论。", ctx), Record(intent.who, "查看", None, "待分办")]
    more = f"，先办这 {ASKED_AT_ONCE} 条" if len(waiting) > ASKED_AT_ONCE else ""
    return merge_replies([
        say(intent, f"待分办 {len(waiting)} 条{more}。", ctx), Record(intent.who, "查看", None, "待分办"),
        *ask_to_sort(waiting[:ASKED_AT_ONCE], intent.who, ctx),
    ])  # fmt: skip


