"""The words people type. One table: a pattern, and the intent it means; everything a button does can be typed here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from bot.rules import intents as i
from bot.rules.forms import missing_fields
from bot.rules.item import Item, State
from bot.rules.progress import assign_position, first_draft
from bot.rules.regulation import Do, Flow, Kind
from bot.rules.replies import interims
from bot.rules.sorting import closing_flow, private_flow
from bot.rules.suggestion import proposes
from handlers.collecting import collectable
from handlers.context import Context
from handlers.wording import is_text

NO = r"[#＃]?0*(?P<no>\d{1,7})"
NOS = r"(?P<nos>[#＃]?\d{1,7}(?:[\s,，、]+[#＃]?\d{1,7})*)"
GAP = r"[\s:：,，]*"

POLITE = r"[\s,，。.!！]*(?:没问题|可以|好的?|谢谢)?[。.!！]*"  # nothing that could be a condition

MOST_OF_A_NAME = 20  # a longer line may be a draft

Match = re.Match[str]
Make = Callable[[Match, str, Context], i.Intent | None]
TABLE: list[tuple[re.Pattern[str], Make]] = []


def _says(pattern: str) -> Callable[[Make], Make]:
    compiled = re.compile(pattern, re.DOTALL)

    def add(make: Make) -> Make:
        TABLE.append((compiled, make))
        return make

    return add


def command(text: str, who: str, ctx: Context) -> i.Intent | None:
    """The intent of a typed command, or None when it is none."""
    text = text.strip()
    for pattern, make in TABLE:
        found = pattern.fullmatch(text)
        said = make(found, who, ctx) if found else None
        if said is not None:
            return said
    return (
        _verdict(text, who, ctx)
        or _answered_first(text, who, ctx)
        or _raised(text, who, ctx) or _round(text, who, ctx) or _who_sits_there(text, who, ctx)
    )


def _raised(text: str, who: str, ctx: Context) -> i.Intent | None:
    """平台故障 0123 人民网打不开: by the name of what may be begun from a step."""
    for flow in ctx.regulation.flow:
        found = re.fullmatch(re.escape(flow.option) + GAP + NO + r"(?P<what>\D.*)?", text, re.DOTALL)
        if found and flow.raised_at:
            return i.RaiseAsked(who=who, item=int(found["no"]), flow=flow.id, text=_trim(found["what"]))
    return None


def _round(text: str, who: str, ctx: Context) -> i.Intent | None:
    """进度 年审: by the name of what the scheduler begins, or a part of it; the bare name when nothing is asked."""
    found = re.fullmatch(r"(?P<word>进度|进展)?[\s:：]*(?P<name>[^\s\d]\S{1,19})", text)
    if not found or (not found["word"] and (ctx.store.expectation(who) or ctx.questions(who))):
        return None
    flows = [f for f in ctx.regulation.flow if f.every]
    named = [f for f in flows if found["name"] in (f.option, f.label)]
    named = named or [f for f in flows if found["word"] and (found["name"] in f.option or found["name"] in f.label)]
    return i.RoundAsked(who=who, flow=named[0].id) if len(named) == 1 else None


def _who_sits_there(text: str, who: str, ctx: Context) -> i.Intent | None:
    """小组, 网评员, 专家 免疫规划: a unit of the regulation (or how its name ends) or a role, when nothing is asked."""
    name, _, about = text.partition(" ")
    if len(text) > MOST_OF_A_NAME or len(name) < 2:
        return None
    roles = [role for role, rule in ctx.regulation.role.items() if rule.label == name]
    units = [unit for unit in ctx.regulation.unit.values() if unit.endswith(name)]
    if (len(roles) != 1 and len(units) != 1) or ctx.store.expectation(who) or ctx.questions(who):
        return None
    if len(roles) == 1:
        return i.PeopleAsked(who=who, role=roles[0], about=about.strip())
    return i.PeopleAsked(who=who, unit=units[0], about=about.strip())


def _verdict(text: str, who: str, ctx: Context) -> i.Intent | None:
    """同意 0123 0124 / 退回 0123 理由, in the words of the regulation's own steps (可以公开, 不予公开, 请示)."""
    for word, verdict in verdict_words(ctx).items():
        if not text.startswith(word):
            continue
        rest = text[len(word) :]
        if verdict in ("pass", "confirm", "pass+list"):
            found = re.fullmatch(GAP + NOS + POLITE, rest)
            if found:
                numbers = [int(n) for n in re.findall(r"\d+", found["nos"])]
                return i.Decided(
                    who=who, item=numbers[0], more=tuple(numbers[1:]), verdict=verdict.removesuffix("+list"),
                    with_list=verdict == "pass+list",
                )  # fmt: skip
        else:
            found = re.fullmatch(GAP + NO + r"(?P<why>\D.*)?", rest, re.DOTALL)
            if found and verdict == "return" and _was_assigned(int(found["no"]), ctx):
                return i.HandedBack(who=who, item=int(found["no"]), reason=_trim(found["why"]))
            if found:
                why = found["why"] or ""
                why = why.strip(" \t\n:：,，") if proposes(why) else _trim(why)  # the last mark is part of the text
                return i.Decided(who=who, item=int(found["no"]), verdict=verdict, reason=why)
    turned = re.fullmatch(NO + r"\s+(?P<word>\S+?)" + POLITE, text)  # 0001 可以公开
    if turned and verdict_words(ctx).get(turned["word"]) in ("pass", "confirm", "pass+list"):
        return _verdict(f"{turned['word']} {turned['no']}", who, ctx)
    return None


def _was_assigned(number: int, ctx: Context) -> bool:
    """退回 of what was assigned is 交回: to who assigned it, not back to its beginning with all other units' parts."""
    item = ctx.store.item(number)
    if item is None or item.step is None or not item.awaiting(Do.RECORD, Do.REPLY) or assign_position(item) is None:
        return False
    return any(ctx.regulation.role[role].scope == "own" for role in item.step.by if role in ctx.regulation.role)


def verdict_words(ctx: Context) -> dict[str, str]:
    """Every word for a verdict, the longest first."""
    words = {"同意并确认": "pass+list", "同意": "pass", "通过": "pass", "退回": "return", "驳回": "return"}
    words |= {"不同意": "return", "确认未见": "confirm", "确认": "confirm"}
    for flow in ctx.regulation.flow:
        for step in flow.steps:
            for word, verdict in ((step.passes, "pass"), (step.returns, "return"), (step.holds, "hold")):
                if word:
                    words.setdefault(word, verdict)
    return dict(sorted(words.items(), key=lambda pair: -len(pair[0])))


def _trim(text: str | None) -> str:
    return (text or "").strip(" \t\n:：,，。.")


def _list(what: str) -> Make:
    return lambda m, who, ctx: i.ListAsked(who=who, what=what)


def _register(what: str) -> Make:
    return lambda m, who, ctx: i.RegisterAsked(who=who, what=what)


_says(r"待办|待我办|我的待办")(_list("todo"))
_says(r"我的|我的稿件|我的稿子")(_list("mine"))
_says(r"在办|在办事项")(_list("open"))
_says(r"帮助|[?？]|help|怎么用|菜单")(_list("help"))
_says(r"(?:帮助\s*评论|评论\s*帮助)")(_list("help comments"))
_says(r"投稿|起草|写稿")(_list("compose"))
_says(r"授权名单|授权人员")(_register("grants"))
_says(r"栏目")(_register("columns"))
_says(r"平台")(_register("platforms"))


@_says(r"备案登记(?P<period>.{0,12})")
def _filings(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.FilingsAsked(who=who, period=_trim(m["period"]))


@_says(r"(?:存档|查存档|档案)(?:[\s:：]+(?P<said>[^\n]{1,40}))?")
def _archive(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ArchiveAsked(who=who, said=_trim(m["said"]))


@_says(NO + r"|(?:进度|进展|查)" + GAP + NO.replace("no", "no2"))
def _progress(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ProgressAsked(who=who, item=int(m["no"] or m["no2"]))


@_says(r"(?P<what>全文|记录|保密记录|审查记录)" + GAP + NO)
def _text(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ProgressAsked(who=who, item=int(m["no"]), what="text" if m["what"] == "全文" else "record")


@_says(r"(?:撤回|撤稿)" + GAP + NO)
def _withdraw(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.WithdrawAsked(who=who, item=int(m["no"]))


@_says(r"(?:转交|移交)(?:给)?" + GAP + NO + GAP + r"(?:给)?\s*(?P<name>[\w.@()（）-]{1,64})")
def _hand_over(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.HandOverAsked(who=who, item=int(m["no"]), name=m["name"])


@_says(r"(?:改|修改)" + GAP + NO + r"(?P<text>\D.*)?")
def _revise(m: Match, who: str, ctx: Context) -> i.Intent:
    text = (m["text"] or "").lstrip(" \t\n:：,，").rstrip()
    item = ctx.store.item(int(m["no"]))
    if text and item is not None and item.kind is Kind.COMMENT and item.state is State.PREPARING:
        field, _, value = text.partition(" ")
        return i.CommentCorrected(who=who, item=item.id, field=field.strip(":："), value=value)
    if text and (item is None or is_text(item)):
        return i.DraftSent(who=who, text=text, into="replace", item=int(m["no"]))
    return i.ReviseAsked(who=who, item=int(m["no"]), text=text)  # 改 0123 项目 新内容


@_says(r"(?:去掉|删掉|删除)(?:第(?P<nth>\d)[个张])?(?:图片|视频|配图)" + GAP + r"(?P<place>\d?)")
def _drop_media(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.MediaDropped(who=who, place=int(m["nth"] or m["place"] or 0))


@_says(r"采用(?:建议稿)?" + GAP + NO)
def _take_suggestion(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SuggestionTaken(who=who, item=int(m["no"]))


@_says(r"(?:送审|送出)" + GAP + NO)
def _submit(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SubmitAsked(who=who, item=int(m["no"]))


@_says(r"(?:问一句|问)" + GAP + NO + r"(?P<text>\D.*)?")
def _ask(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.QuestionPut(who=who, item=int(m["no"]), text=_trim(m["text"]))


@_says(r"(?:答|回答)" + GAP + NO + r"(?P<text>\D.*)")
def _answer(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.QuestionAnswered(who=who, item=int(m["no"]), text=_trim(m["text"]))


DID = "已转发"  # of what is published already, by one of those who were informed of it


@_says(r"(?:已发布|已发|发布|已转发|转发)(?P<sure>并确认)?" + GAP + NO + r"(?P<lines>\D.*)?")
def _published(m: Match, who: str, ctx: Context) -> i.Intent:
    item = ctx.store.item(int(m["no"])) if m[0].startswith(DID) else None
    if item is not None and item.published_at and item.flow and DID in item.flow.did:
        return i.DidSaid(who=who, item=item.id, what=DID)
    return i.PublishReported(
        who=who, item=int(m["no"]), lines=(m["lines"] or "").strip(), confirmed=bool(m["sure"])
    )


@_says(r"(?:有问题|未发布|不能发)" + GAP + NO + r"(?P<text>\D.*)?")
def _not_published(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PublishRefused(who=who, item=int(m["no"]), reason=_trim(m["text"]))


@_says(r"测试" + GAP + NOS + r"\s*(?P<verdict>不通过|未通过|通过)(?P<why>.*)")
def _tested(m: Match, who: str, ctx: Context) -> i.Intent:
    numbers = [int(n) for n in re.findall(r"\d+", m["nos"])]
    return i.Tested(
        who=who, item=numbers[0], more=tuple(numbers[1:]), passed=m["verdict"] == "通过", reason=_trim(m["why"])
    )


@_says(r"测试" + GAP + NO + r"(?:\s*(?:请|给|发给)?\s*(?P<name>[^\W\d][\w.@-]{0,63}))?")
def _test(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.TestAsked(who=who, item=int(m["no"]), name=m["name"] or "")


@_says(r"合并群发" + GAP + NOS)
def _merge(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SendsMerged(who=who, items=tuple(dict.fromkeys(int(n) for n in re.findall(r"\d+", m["nos"]))))


@_says(r"定时(?:发布)?" + GAP + NO + r"(?P<at>(?:\s|[:：,，]).+)")
def _timed(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PublishTimed(who=who, item=int(m["no"]), at=_trim(m["at"]))


@_says(r"取消定时" + GAP + NO)
def _untimed(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PublishTimed(who=who, item=int(m["no"]))


@_says(r"仍(?:要|然)?发布?" + GAP + NO)
def _still(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.StillWanted(who=who, item=int(m["no"]))


@_says(r"更正" + GAP + NO + r"(?P<text>\D.*)?")
def _correct(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.CorrectionAsked(who=who, item=int(m["no"]), text=(m["text"] or "").strip(" \t\n:：,，"))


@_says(r"(?P<urgent>紧急)?(?:撤下|下架)" + GAP + NO + r"(?P<why>\D.*)?")
def _take_down(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.TakeDownAsked(who=who, item=int(m["no"]), reason=_trim(m["why"]), urgent=bool(m["urgent"]))


@_says(r"视频[\s:：,，]*(?P<url>https?://[^\s,，;；]+)(?P<rest>.{0,60})")
def _video(m: Match, who: str, ctx: Context) -> i.Intent:
    size = re.search(r"(?<![\w.])\d+(?:\.\d+)?\s*[KMG]B?(?![A-Za-z])", m["rest"], re.IGNORECASE)
    left = m["rest"].replace(size[0], " ") if size else m["rest"]
    named = re.search(r"[A-Za-z0-9]{2,5}", left)
    return i.VideoLinked(who=who, url=m["url"], size=size[0] if size else "", format=named[0] if named else "")


@_says(r"(?:办结|完成|首发)" + GAP + NO)
def _record(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.RecordMade(who=who, item=int(m["no"]))


@_says(r"(?:发起|我要办)(?:[\s:：,，]*(?P<flow>[^\n]{1,30}))?")
def _start(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.StartAsked(who=who, flow=_trim(m["flow"]))


def _next_field(item: Item, said: str) -> tuple[str, str]:
    """填写 0123 已阅: without a field's name it is the one that is wanted next."""
    form = item.flow.form | item.step.form if item.flow and item.step else {}
    wanted = missing_fields(form, item.form)
    return (wanted[0], said) if wanted and said not in form else (said, "")


@_says(r"填写" + GAP + NO + r"(?:[\s:：,，]+(?P<field>[^\s:：]{1,40})(?:[\s:：]+(?P<value>.+))?)?")
def _fill(m: Match, who: str, ctx: Context) -> i.Intent:
    item = ctx.store.item(int(m["no"]))
    if m["field"] and item is not None and item.awaiting_draft:
        name, value = (m["field"], m["value"]) if m["value"] else _next_field(item, m["field"])
        return i.FieldAnswered(who=who, item=item.id, field=name, value=_trim(value))
    if item is not None and item.awaiting_draft:
        return i.ReviseAsked(who=who, item=int(m["no"]))
    return i.RecordMade(who=who, item=int(m["no"]))


@_says(r"还要再办" + GAP + NO)
def _again(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.RecordMade(who=who, item=int(m["no"]), again=True)


# ---- 网民评论 ------------------------------------------------------------------------------------------------------


@_says(r"(?P<word>评论|留言|私信)(?:[\s:：]+\S.*|[@＠【\[].*)?")
def _comments(m: Match, who: str, ctx: Context) -> i.Intent | None:
    """Of somebody who only drafts it is a draft with such a title."""
    drafts = bool(ctx.drafting_seats(who)) and "\n" in m[0]
    return i.CommentsSent(who=who, text=m[0]) if not drafts or collectable(who, ctx) else None


@_says(r"(?:(?P<word>今日|今天|昨日|昨天)的?|网民)意见(?:[\s:：]+(?P<day>.{2,12}))?")
def _opinions(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.OpinionsAsked(who=who, day=_trim(m["day"]) or m["word"] or "")


@_says(r"待分办")
def _unsorted(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.UnsortedAsked(who=who)


@_says(r"分办" + GAP + NO + r"(?:[\s:：,，]+(?P<flow>\S{1,30}))?(?:[\s,，]+(?P<unit>\S{1,40}))?")
def _sort(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SortSaid(who=who, item=int(m["no"]), flow=m["flow"] or "", unit=m["unit"] or "")


@_says(r"照建议(?:分办|交办)(?:" + GAP + NOS + r")?")
def _sort_all(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SortAllSaid(who=who, items=_numbers(m["nos"]))


@_says(r"逐条分办")
def _sort_each(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SortAllSaid(who=who, each=True)


def _numbers(said: str | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(n) for n in re.findall(r"\d+", said or "")))


def _to_kind(number: int, flow: Flow | None, reason: str, who: str, ctx: Context) -> i.Intent:
    """举报 0456, 恶意 0456 理由: the kind by its nature; what was handed on already is moved to it."""
    item = ctx.store.item(number)
    if flow is None or item is None or not item.round or (item.awaiting_draft and first_draft(item)):
        return i.SortSaid(who=who, item=number, flow=flow.id if flow else "", reason=reason)
    return i.FlowChanged(who=who, item=number, flow=flow.id, reason=reason or f"属{flow.option}")


@_says(r"(?:举报|信访|举报信访)" + GAP + NO + r"(?P<why>\D.*)?")
def _petition(m: Match, who: str, ctx: Context) -> i.Intent:
    flow = private_flow(ctx.regulation.flows(Kind.COMMENT))
    return _to_kind(int(m["no"]), flow, _trim(m["why"]), who, ctx)


@_says(r"(?:恶意|不予理睬)" + GAP + NO + r"(?P<why>\D.*)?")
def _malicious(m: Match, who: str, ctx: Context) -> i.Intent:
    flow = closing_flow(ctx.regulation.flows(Kind.COMMENT))
    return _to_kind(int(m["no"]), flow, _trim(m["why"]), who, ctx)


@_says(r"定级" + GAP + NO + GAP + r"(?P<level>[^\s,，:：\d]\S*)(?:[\s,，:：]+(?P<why>.+))?")
def _level(m: Match, who: str, ctx: Context) -> i.Intent:
    item = ctx.store.item(int(m["no"]))
    if item is not None and (not item.round or (item.awaiting_draft and first_draft(item))):
        return i.SortSaid(who=who, item=item.id, level=m["level"], unit=_trim(m["why"]))
    return i.LevelSaid(who=who, item=int(m["no"]), level=m["level"], reason=_trim(m["why"]))


@_says(r"已知悉" + GAP + NO)
def _seen(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.AlertSeen(who=who, item=int(m["no"]))


@_says(r"(?P<no_>不)?归并" + GAP + NOS)
def _join(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.JoinSaid(who=who, items=_numbers(m["nos"]), refuse=bool(m["no_"]))


@_says(r"(?:拆出|取消归并)" + GAP + NO)
def _split(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SplitSaid(who=who, item=int(m["no"]))


@_says(r"(?:都已回复|都回复了|全部已回复)" + GAP + NO)
def _all_answered(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.MembersAnswered(who=who, item=int(m["no"]))


@_says(r"主题(?:" + GAP + NO + r"[\s:：,，]+(?P<subject>[^\n]{1,20}))?")
def _subject(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SubjectSaid(who=who, item=int(m["no"] or 0), subject=_trim(m["subject"]))


@_says(r"分办词(?:\s+(?P<change>增加|删除)\s+(?P<word>\S{1,20})(?:\s+(?P<to>[^\n]{1,60}))?)?")
def _sorting_word(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SortingWordSaid(who=who, change=m["change"] or "", word=m["word"] or "", to=_trim(m["to"]))


_says(r"舆情预案|舆情分级")(lambda m, who, ctx: i.PlanTextAsked(who=who))


@_says(r"(?P<what>舆情分级|舆情预案)[\s:：]+(?P<rest>.{1,3000})")
def _severity(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PolicySaid(who=who, what=m["what"], rest=_trim(m["rest"]))


@_says(r"(?:答复|回复|拟复|拟答复)" + GAP + NO + r"(?P<text>\D.*)?")
def _reply(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ReplySaid(who=who, item=int(m["no"]), text=(m["text"] or "").strip(" \t\n:：,，"))


@_says(r"改答复" + GAP + NO + r"(?P<text>\D.*)?")
def _reply_anew(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ReplySaid(who=who, item=int(m["no"]), text=(m["text"] or "").strip(" \t\n:：,，"), anew=True)


@_says(r"(?P<no_>不同意|不)延期" + GAP + NO + r"(?P<why>\D.*)?")
@_says(r"(?:同意|批准)延期" + GAP + NO)
def _extension_answered(m: Match, who: str, ctx: Context) -> i.Intent:
    told = m.groupdict()
    reason = _trim(told.get("why"))
    return i.ExtensionAnswered(who=who, item=int(m["no"]), granted=not told.get("no_"), reason=reason)


@_says(r"(?:申请)?延期" + GAP + NO + r"(?P<why>\D.*)?")
def _extension(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ExtensionAsked(who=who, item=int(m["no"]), reason=_trim(m["why"]))


@_says(r"已告知(?:网民)?" + GAP + NO)
def _told_longer(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ExtensionTold(who=who, item=int(m["no"]))


@_says(r"(?:查答复|查问答)[\s:：]+(?P<words>[^\n]{1,40})")
def _pairs(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PairsAsked(who=who, words=_trim(m["words"]))


@_says(r"记问答[\s:：]+(?P<q>[^\n]{2,200})(?:\n(?P<a>.+))?")
def _pair(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PairNoted(who=who, question=m["q"].strip(), answer=(m["a"] or "").strip())


@_says(r"用以前的答复" + GAP + NO)
def _as_before(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ReplySaid(who=who, item=int(m["no"]), like=True)


@_says(r"照此答复" + GAP + NO)
def _reply_as_it_is(m: Match, who: str, ctx: Context) -> i.Intent:
    kept = json.loads(ctx.store.memory(who, "reply") or "{}")
    tick = kept.get("tick", "") if kept.get("item") == int(m["no"]) else ""
    return i.ReplySaid(who=who, item=int(m["no"]), tick=tick, sure=True)


def _answered_first(text: str, who: str, ctx: Context) -> i.Intent | None:
    """正在研究办理 0456 [用语或序号]: in the words of the regulation's own first answers."""
    words = {"研究办理": "", "正在研究办理": ""}
    words |= {s.interim.act: s.interim.tick for f in ctx.regulation.flow for s in f.steps if s.interim}
    for word, tick in sorted(words.items(), key=lambda pair: -len(pair[0])):
        found = re.fullmatch(re.escape(word) + GAP + NO + r"(?P<text>\D.*)?", text, re.DOTALL)
        item = ctx.store.item(int(found["no"])) if found else None
        if found and item is not None:
            ticks = [one.tick for one in interims(item)]
            named = tick if tick in ticks else next(iter(ticks), tick or word)
            said = (found["text"] or "").strip(" \t\n:：,，")
            return i.ReplySaid(who=who, item=item.id, text=said, tick=named)
    return None


@_says(r"(?:交办|分派|转办)" + GAP + NO + r"(?P<units>\D.*)?")
def _assign(m: Match, who: str, ctx: Context) -> i.Intent:
    said = re.split(r"[\s、，,]+", _trim(m["units"]))
    units = ("*",) if said in (["全部"], ["全部单位"]) else tuple(unit for unit in said if unit)
    return i.AssignSaid(who=who, item=int(m["no"]), units=units)


@_says(r"(?:交回|不归我们|不归本单位)" + GAP + NO + r"(?P<why>\D.*)?")
def _hand_back(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.HandedBack(who=who, item=int(m["no"]), reason=_trim(m["why"]))


@_says(r"异议" + GAP + NO + r"(?P<why>\D.*)?")
def _object(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ObjectionMade(who=who, item=int(m["no"]), reason=_trim(m["why"]))


@_says(r"账号|账号登记|账号名册")
def _accounts(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.AccountsAsked(who=who)


@_says(r"账号[\s:：]+(?P<name>\S{1,40}?)\s+(?P<state>停用|在用|注销|未开通)")
def _account_state(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.AccountSaid(who=who, name=m["name"], state=m["state"])


@_says(
    r"登记账号[\s:：]+(?P<channel>\S{1,30})\s+(?P<name>\S{1,40})(?:\s+(?P<unit>[^\s\d]\S{0,39}))?"
    r"(?:\s+(?P<opened>\d{4}\S{2,12}))?"
)
def _register_account(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.AccountSaid(
        who=who, channel=m["channel"], name=m["name"], unit=m["unit"] or "", opened=m["opened"] or ""
    )


@_says(r"账号[\s:：]+(?P<name>\S{1,40})")
def _account(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.AccountsAsked(who=who, name=m["name"])


@_says(r"(?P<chase>催)?供稿(?:情况)?|久未供稿")
def _supply(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SupplyAsked(who=who, chase=bool(m["chase"]))


@_says(r"查名[\s:：]+(?P<name>\S[^\n]{0,40})")
def _name(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.NameChecked(who=who, name=_trim(m["name"]))


@_says(r"(?:确认收到|已收到|收到)" + GAP + NO + r"[\s:：,，]+(?P<what>[^\s\d]{2,10})")
def _did(m: Match, who: str, ctx: Context) -> i.Intent:
    item = ctx.store.item(int(m["no"]))
    if item is None or item.flow is None or not item.flow.inform:
        return i.FilingReceived(who=who, item=int(m["no"]))
    return i.DidSaid(who=who, item=item.id, what=_trim(m["what"]))


@_says(r"(?:确认收到|已收到|收到)" + GAP + NO)
def _acknowledge(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.FilingReceived(who=who, item=int(m["no"]))


@_says(r"(?:暂停|叫停)" + GAP + NO + r"(?P<why>\D.*)?")
def _hold(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.HoldAsked(who=who, item=int(m["no"]), reason=_trim(m["why"]))


@_says(r"(?:恢复|恢复办理)" + GAP + NO)
def _resume(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ResumeAsked(who=who, item=int(m["no"]))


@_says(r"改派(?:给)?" + GAP + NO + GAP + r"(?:给)?\s*(?P<name>[\w.@()（）-]{1,64})(?:[\s,，:：]+(?P<why>.+))?")
def _reassign(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ReassignAsked(who=who, item=int(m["no"]), name=m["name"], reason=_trim(m["why"]))


@_says(r"全部催办|催办全部")
def _chase_all(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ChaseAllAsked(who=who)


@_says(r"督办|(?P<listed>(?:督办)?清单|逾期)")
def _survey(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.SurveyAsked(who=who, listed=bool(m["listed"]))


@_says(r"督办通报(?:[\s:：]*(?P<month>上月|本月|(?:20\d\d[-./年])?\d{1,2}月?))?")
def _notice(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.NoticeAsked(who=who, month=_trim(m["month"]))


@_says(r"机器人状态|系统状态")
def _health(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.HealthAsked(who=who)


@_says(r"(?:催办|督办|催)" + GAP + NO + r"(?P<text>\D.*)?")
def _chase(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ChaseAsked(who=who, item=int(m["no"]), text=_trim(m["text"]))


@_says(r"(?:去办|要卡片|卡片)" + GAP + NO)
def _card(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.CardAsked(who=who, item=int(m["no"]))


@_says(r"(?P<what>取消标注|标注)" + GAP + NO + GAP + r"(?P<tick>[^\s,，:：\d][^\s,，:：]*)(?:[\s,，:：]+(?P<why>.+))?")
def _tick(m: Match, who: str, ctx: Context) -> i.Intent:
    clear = m["what"] == "取消标注"
    return i.TickSaid(who=who, item=int(m["no"]), tick=_trim(m["tick"]), clear=clear, reason=_trim(m["why"]))


@_says(r"关联" + GAP + NO + r"[\s,，、到至]+(?:方案)?\s*" + NO.replace("no", "plan"))
def _link(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PlanLinked(who=who, item=int(m["no"]), plan=int(m["plan"]))


@_says(r"取消关联" + GAP + NO)
def _unlink(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PlanLinked(who=who, item=int(m["no"]))


@_says(r"方案" + GAP + NO)
def _plan(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PlanAsked(who=who, plan=int(m["no"]))


@_says(r"(?:转类别|换类别)" + GAP + NO + GAP + r"(?P<flow>[^\s,，:：\d]\S*)(?:[\s,，:：]+(?P<why>.+))?")
def _change_flow(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.FlowChanged(who=who, item=int(m["no"]), flow=m["flow"], reason=_trim(m["why"]))


@_says(r"(?P<what>撤销授权|取消授权|授权)" + GAP + r"(?P<name>[\w.@()（）-]{1,64}(?:\s+[\w.@-]{1,64})?)")
def _grant(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.GrantSaid(who=who, name=m["name"], revoke=m["what"] != "授权")


@_says(
    r"我?(?P<span>.{0,8}?|[\d月日号年.\-/从到至今明后天本下周星期一二三四五六日]{2,24}?)不在[,，\s]*(?:请|由)?\s*(?P<deputy>\S{1,20}?)(?:代办|代我|代)"
    r"(?:\s*(?:办)?到\s*(?P<until>.{1,12}))?[。.]?"
)
def _absent(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.AbsenceSaid(who=who, deputy=m["deputy"], until=_trim(m["until"]), span=_trim(m["span"]))


@_says(r"代办|我的代办")
def _delegations(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.DelegationsAsked(who=who)


@_says(r"取消代办|我回来了|不用代了")
def _back(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.AbsenceSaid(who=who)


WORD = r"[^\s,，:：]{1,40}"


@_says(rf"(?P<act>任命|免去|替换)\s*(?:(?P<unit>{WORD})\s+)?(?P<role>{WORD})\s+(?P<name>[\w.@()（）-]{{1,64}})")
def _appoint(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.Appointed(who=who, act=m["act"], unit=m["unit"] or "", role=m["role"], name=m["name"])


@_says(r"[^\n]{0,12}缺额")
def _gaps(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.GapsAsked(who=who)


@_says(rf"单位\s+(?P<unit>{WORD})(?:\s+(?P<change>标注|取消标注|取消上级|上级)(?:\s+(?P<value>{WORD}))?)?")
def _unit(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.UnitSaid(who=who, unit=m["unit"], change=m["change"] or "", value=m["value"] or "")


HEIR = r"(?:移交|转)?给\s*(?P<heir>[\w.@()（）-]{1,64})"


@_says(rf"交接\s*(?P<name>[\w.@()（）-]{{1,64}}?)?\s*{HEIR}")
def _hand_all_over(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.HandoverAsked(who=who, name=m["name"] or "", heir=m["heir"])


@_says(rf"交接账号\s*(?P<channel>{WORD})\s+(?:给\s*)?(?P<heir>[\w.@()（）-]{{1,64}})")
def _hand_account_over(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.HandoverAsked(who=who, heir=m["heir"], channel=m["channel"])


@_says(r"(?P<answer>确认交出|确认接收|不交接)" + GAP + r"(?:交接)?(?P<no>\d{0,5})")
def _handover_answered(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.HandoverAnswered(who=who, answer=m["answer"], number=int(m["no"] or 0))


@_says(r"(?:已经?改|改好)了?密码[\s:：,，。.]*(?P<rest>[^\n]*)")
def _password_changed(m: Match, who: str, ctx: Context) -> i.Intent:
    """Anything but an account's name behind it may be the password itself."""
    rest = m["rest"].strip(" 。.了")
    names = {n for key, c in ctx.regulation.channel.items() for n in (key, c.label, c.account, *c.platforms)}
    if rest and rest not in names:
        return i.Unsupported(who=who, what="密码")
    return i.PasswordChanged(who=who, channel=rest)


@_says(r"栏目\s*(?P<change>增加|停用|恢复)" + GAP + r"(?P<name>\S{1,16})")
def _column(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ColumnChanged(who=who, change=m["change"], name=m["name"])


@_says(r"栏目\s*改名" + GAP + r"(?P<name>\S{1,16}?)\s*(?:改为|为|→|->)\s*(?P<new>\S{1,16})")
def _rename(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.ColumnChanged(who=who, change="改名", name=m["name"], new_name=m["new"])


@_says(r"平台" + GAP + r"(?P<name>\S{1,20}?)" + GAP + r"(?P<state>停用|在用|未开通|启用)")
def _platform(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PlatformChanged(who=who, name=m["name"], state={"启用": "在用"}.get(m["state"], m["state"]))


# ---- 制度 ------------------------------------------------------------------------------------------------------------

BARE = "字数|每天群发|期限|答复用语|单位名称|禁止内容|保护字样|环节"  # clear without 设置 before it
SET = rf"(?P<what>截止时间|上班时间|催办时段|提前提醒|再次催办|久未办理|逐级告知|{BARE})"


def _policy(what: str) -> Make:
    return lambda m, who, ctx: i.PolicyAsked(who=who, what=what, name=_trim(m.groupdict().get("name")))


_says(r"制度")(_policy("summary"))
_says(r"制度(?:修改)?记录")(_policy("history"))
_says(r"流程图(?:[\s:：]+(?P<name>[^\n]{1,40}))?")(_policy("chart"))
_says(r"环节(?:[\s:：]+(?P<name>[^\s]{1,40}))?")(_policy("steps"))
_says(r"(?P<name>禁止内容|保护字样)")(_policy("list"))


@_says(r"期限" + GAP + NO)
def _deadline(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.DeadlineAsked(who=who, item=int(m["no"]))


@_says(r"设置(?:[\s:：]+(?P<what>\S{1,8})(?P<rest>[^\n]{0,30}))?")
@_says(r"设置[\s:：]*" + SET + r"[\s:：]*(?P<rest>[^\n]{0,200})")
@_says(rf"(?P<what>{BARE})[\s:：]+(?P<rest>[^\n]{{1,200}})")
def _setting(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PolicySaid(who=who, what=m["what"] or "", rest=" ".join(_trim(m["rest"]).split()))


@_says(r"(?P<no>不改|取消修改|不修改)|确认修改")
def _confirm_policy(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.PolicyConfirmed(who=who, confirm=not m["no"])


@_says(r"算了|取消|不用了")
def _cancel(m: Match, who: str, ctx: Context) -> i.Intent:
    return i.Cancelled(who=who)
