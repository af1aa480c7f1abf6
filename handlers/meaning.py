"""From what the platform delivered to what the person meant.

A tap is read from the stored card, never from its key alone; a sentence is read as a command, else as the answer to
what was asked, else as a draft. Reads only.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

from bot.rules import comments
from bot.rules import intents as i
from bot.rules.events import (
    CardMenuTapped,
    CardTapped,
    ChatEntered,
    LinkReceived,
    MenuClicked,
    OtherReceived,
    PictureReceived,
    PlaceReceived,
    PlatformEvent,
    TextReceived,
    VideoReceived,
    VoiceReceived,
)
from bot.rules.pasting import Pasted, read
from bot.rules.regulation import Kind
from bot.rules.suggestion import proposes
from bot.rules.textcheck import looks_like_password
from handlers import wording as w
from handlers.collecting import collectable
from handlers.commands import command
from handlers.context import Context
from handlers.files import MARK as FILE_MARK
from handlers.pasted import PASTED
from storage.read import CardRow, Expectation

SHORT = 12  # a single line up to this many characters without punctuation is no draft
UNSET = "-"  # 请选择 on a card
ANSWERS = (
    "field", "record", "reason", "question", "problem", "untested", "takedown", "back", "assign", "reply", "extend",
    "sort",
)  # fmt: skip
PATIENT = ("field", "record", "wording", "correction")
BRIEF, LONG = timedelta(hours=1), timedelta(days=1)
WHICH = {"接在后面": "append", "替换全文": "replace", "另起新稿": "new", "1": "append", "2": "replace", "3": "new"}
WHICH_KIND = {"是评论": "comment", "评论": "comment", "是稿件": "draft", "稿件": "draft"}
HANDOVER = {"give": "确认交出", "take": "确认接收", "drop": "不交接"}
MENU = ("compose", "mine", "todo", "open", "help")


def meaning(event: PlatformEvent, ctx: Context) -> i.Intent:
    """What this delivery means for the person who sent it."""
    who = event.userid
    if isinstance(event, OtherReceived):
        if event.msg_type and event.msg_type != "event":
            return i.Unsupported(who=who, what=event.msg_type)
        return i.Nothing(who=who, note=f"{event.event or event.msg_type}{'' if event.known else '(未知事件)'}")
    if not ctx.acts(who) and isinstance(event, CardTapped | CardMenuTapped):
        return _of_former(event, ctx)
    if not ctx.acts(who) and not isinstance(event, ChatEntered):
        text = event.text if isinstance(event, TextReceived) else ""
        return i.StrangerSpoke(who=who, known=ctx.roster.knows(who), text=text)
    match event:
        case TextReceived(text=text):
            return of_text(text, who, ctx)
        case PictureReceived(media_id=media_id):
            return of_media(media_id, "image", who, ctx)
        case VideoReceived(media_id=media_id):
            return of_media(media_id, "video", who, ctx)
        case VoiceReceived():
            return i.Unsupported(who=who, what="语音")
        case PlaceReceived():
            return i.Unsupported(who=who, what="位置")
        case LinkReceived(title=title, url=url):
            return of_text(f"{title}\n{url}" if title else url, who, ctx)
        case CardTapped() | CardMenuTapped():
            return of_tap(event, ctx)
        case MenuClicked(menu_key=key):
            return _of_menu(key, who)
        case ChatEntered() if ctx.acts(who) and not ctx.store.memory(who, "greeted"):
            return i.Greeted(who=who)
        case _:
            return i.Nothing(who=who)


def _of_menu(key: str, who: str) -> i.Intent:
    match key:
        case "filings":
            return i.FilingsAsked(who=who)
        case "start":
            return i.StartAsked(who=who)
        case _:
            return i.ListAsked(who=who, what=key if key in MENU else "help")


def _of_former(event: CardTapped | CardMenuTapped, ctx: Context) -> i.Intent:
    """A card kept by someone who has no role any more (a delegation ended, a seat was given up)."""
    row = ctx.store.card(event.task_id)
    if row is not None and row.userid != event.userid:
        return i.ForeignTap(who=event.userid, item=row.item)
    if row is None:
        return i.Nothing(who=event.userid, note="卡片不是发给此人的")
    return i.StaleTap(who=event.userid, item=row.item, task_id=row.task_id, code=event.response_code)


def of_media(media_id: str, kind: str, who: str, ctx: Context) -> i.Intent:
    """A picture answers a question for a file; else it belongs to a draft."""
    expected = _in_time(ctx.store.expectation(who), ctx)
    item = ctx.store.item(expected.item) if expected is not None and expected.item is not None else None
    if expected is None or item is None or item.flow is None or expected.what not in ("field", "record"):
        return i.MediaSent(who=who, media_id=media_id, kind=kind)
    form = item.flow.form | (item.step or item.flow.steps[0]).form
    spec = form.get(expected.data["field"])
    if spec is None or spec.type != "file":
        return i.MediaSent(who=who, media_id=media_id, kind=kind)
    return of_answer(f"{FILE_MARK}{media_id}:{kind}", expected, who) or i.Nothing(who=who)


# ---- text -----------------------------------------------------------------------------------------------------------


def of_text(text: str, who: str, ctx: Context) -> i.Intent:
    if looks_like_password(text) and not _tells_of_passwords(text, who, ctx):
        return i.Unsupported(who=who, what="密码")
    only = re.fullmatch(r"只发(\S{2,12})", text.strip())
    if only:
        return i.DraftSent(who=who, text="", only_channel=only[1])
    waiting = ctx.store.memory(who, "waiting")
    if waiting and text.strip() in WHICH:
        kept = json.loads(waiting)
        return i.DraftSent(who=who, text=kept["text"], into=WHICH[text.strip()], item=kept["item"])
    if kept := _told_which(text, who, ctx):
        return kept
    said = command(text, who, ctx)
    expected = _in_time(ctx.store.expectation(who), ctx)
    bare_number = isinstance(said, i.ProgressAsked) and text.strip().isdigit()
    if said is not None and not (expected and expected.what in ANSWERS and bare_number):
        return said
    pasted = None if _asked_of_something_else(expected, ctx) else _comments_in(text, who, ctx)
    if pasted is not None and pasted.sure:
        return i.PasteAsked(who=who, text=text) if ctx.drafting_seats(who) else i.CommentsSent(who=who, text=text)
    if expected is not None and expected.item is not None and not _is_rather_a_draft(text, expected, who, ctx):
        answer = of_answer(_typed(text), expected, who)
        if answer is not None:
            return answer
    if expected is None and "\n" not in text.strip() and ctx.questions(who):
        return i.QuestionAnswered(who=who, item=0, text=text.strip())
    if _draftlike(text, who, ctx) or (ctx.drafting_seats(who) and ctx.cut_off(who)):
        return i.DraftSent(who=who, text=text)
    if pasted is not None and pasted.comments and looks_like_draft(text) and not ctx.drafting_seats(who):
        return i.PasteAsked(who=who, text=text)  # without a head it may be anything that was meant for a colleague
    return i.Unclear(who=who, text=text)


def _asked_of_something_else(expected: Expectation | None, ctx: Context) -> bool:
    """Whoever was just asked for the links of a post or the text of a matter sends lines that look like comments."""
    item = ctx.store.item(expected.item) if expected is not None and expected.item is not None else None
    return item is not None and item.kind is not Kind.COMMENT


def _comments_in(text: str, who: str, ctx: Context) -> Pasted | None:
    """The message as comments; None from who collects none."""
    return read(text, ctx.now, ctx.platform_names) if collectable(who, ctx) else None


def _told_which(text: str, who: str, ctx: Context) -> i.Intent | None:
    """是评论 | 是稿件: what was pasted before."""
    word = text.strip(" 。.")
    kept = _pasted(who, ctx) if word in WHICH_KIND else ""
    return _as(WHICH_KIND[word], kept, who) if kept else None


def _pasted(who: str, ctx: Context) -> str:
    """The text that waits to be told what it is; of yesterday it is asked no more."""
    kept = json.loads(ctx.store.memory(who, PASTED) or "{}")
    return str(kept["text"]) if kept and ctx.now.timestamp() - kept["at"] <= LONG.total_seconds() else ""


def _as(kind: str, text: str, who: str) -> i.Intent:
    if kind == "comment":
        return i.CommentsSent(who=who, text=text)
    return i.DraftSent(who=who, text=text)


def _typed(text: str) -> str:
    """What was typed is never taken for a file that was sent."""
    text = text.strip()
    while text.startswith(FILE_MARK):
        text = text.removeprefix(FILE_MARK)
    return text


def _tells_of_passwords(text: str, who: str, ctx: Context) -> bool:
    """A draft on the subject, or a link without its scheme: not somebody's password."""
    bare = text.strip()
    return ("\n" in bare and _draftlike(text, who, ctx)) or bool(re.fullmatch(r"[\w.-]+\.[a-z]{2,}/\S*", bare))


def _draftlike(text: str, who: str, ctx: Context) -> bool:
    return looks_like_draft(text) and bool(ctx.drafting_seats(who))


def looks_like_draft(text: str) -> bool:
    """Longer than a few words, or of several lines."""
    bare = text.strip()
    return len(bare) > SHORT or "\n" in bare


def _in_time(expected: Expectation | None, ctx: Context) -> Expectation | None:
    """What was asked an hour ago is not what the next message answers; a draft's own questions wait for a day."""
    if expected is None:
        return None
    patience = LONG if expected.what in PATIENT and not expected.data.get("sure") else BRIEF
    return expected if ctx.now - expected.since <= patience else None


def _is_rather_a_draft(text: str, expected: Expectation, who: str, ctx: Context) -> bool:
    """An answer is one line: several lines from somebody who drafts are a draft, whatever was asked."""
    if expected.what == "links":
        named = any(line.strip().startswith(p) for line in text.splitlines() for p in ctx.platform_names)
        return not named and "http" not in text.lower() and "微信" not in text and _draftlike(text, who, ctx)
    if expected.what in ("wording", "correction") or "\n" not in text.strip():
        return False
    if expected.what == "reason" and proposes(text):
        return False
    item = ctx.store.item(expected.item) if expected.item is not None else None
    if item is not None and item.kind is not Kind.POST:  # a field or the text of a matter may have several lines
        return False
    return bool(ctx.drafting_seats(who))


def of_answer(text: str, expected: Expectation, who: str) -> i.Intent | None:
    """The free message that answers what was asked."""
    item, data = expected.item, expected.data
    assert item is not None
    match expected.what:
        case "field" if data["field"].startswith(w.EXPLAIN) and not text.startswith(w.EXPLAIN[:2]):
            return i.DraftSent(who=who, text=text, item=item)  # 改稿重发, not an explanation
        case "field":
            return i.FieldAnswered(
                who=who, item=item, field=data["field"], value=text, final=bool(data.get("final"))
            )
        case "raise":
            return i.RaiseAsked(who=who, item=item, flow=data["flow"], text=text)
        case "reason":
            return i.Decided(
                who=who, item=item, verdict=data["verdict"], reason=text, position=int(data["position"]),
                round=int(data["round"]), version=int(data["version"]),
            )  # fmt: skip
        case "question":
            return i.QuestionPut(who=who, item=item, text=text)
        case "links":
            return i.PublishReported(who=who, item=item, lines=text)
        case "problem":
            return i.PublishRefused(who=who, item=item, reason=text)
        case "untested":
            return i.Tested(
                who=who, item=item, passed=False, reason=text, version=int(data["version"]), round=int(data["round"])
            )
        case "correction":
            return i.CorrectionAsked(who=who, item=item, text=text)
        case "takedown":
            return i.TakeDownAsked(who=who, item=item, reason=text, urgent=bool(data.get("urgent")))
        case "record":
            values = json.loads(data.get("values", "{}")) | {data["field"]: text}
            return i.RecordMade(who=who, item=item, values=values, again=bool(data.get("again")))
        case "sort":
            said = {"reason": data["reason"], "unit": data["unit"], data["ask"]: text.strip()}
            return i.SortSaid(who=who, item=item, flow=data["flow"], level=data["level"], **said)
        case "reply":
            return i.ReplySaid(who=who, item=item, text=text, tick=data.get("tick", ""))
        case "extend":
            return i.ExtensionAsked(who=who, item=item, reason=text)
        case "back":
            return i.HandedBack(who=who, item=item, reason=text)
        case "assign":
            return i.AssignSaid(who=who, item=item, units=tuple(re.split(r"[\s、，,]+", text)))
        case "wording":
            return i.DraftSent(who=who, text=text, into="replace" if data.get("sure") else "", item=item)
    return None


# ---- taps -----------------------------------------------------------------------------------------------------------


def of_tap(event: CardTapped | CardMenuTapped, ctx: Context) -> i.Intent:
    """The stored card says what was asked, of whom and in which round; the button only says which of its answers."""
    row = ctx.store.card(event.task_id)
    who = event.userid
    if row is None:
        return i.Nothing(who=who, note="卡片不是发给此人的")
    if row.userid != who:
        return i.ForeignTap(who=who, item=row.item)
    if not row.live:
        return i.StaleTap(who=who, item=row.item, task_id=row.task_id, code=event.response_code)
    chosen = {} if isinstance(event, CardMenuTapped) else {k: v[0] for k, v in event.chosen.items() if v}
    intent = _tapped(row, event.button, chosen, who, ctx)
    return replace(intent, task_id=row.task_id, code=event.response_code)


def _tapped(row: CardRow, button: str, chosen: dict[str, str], who: str, ctx: Context) -> i.Intent:
    item = row.item
    if row.purpose == "policy" and _offered(row, button, chosen):
        return i.PolicyConfirmed(who=who, confirm=button == "apply")
    if row.purpose == "handover" and _offered(row, button, chosen):
        return i.HandoverAnswered(who=who, answer=HANDOVER[button], number=row.position)
    if row.purpose == "sortall" and _offered(row, button, chosen):
        return i.SortAllSaid(who=who, each=button == "each")
    if row.purpose == "start" and _offered(row, button, chosen):
        return i.StartAsked(who=who, flow=chosen.get("flow", ""))
    if row.purpose == "remind" and _offered(row, button, chosen) and chosen.get("item"):
        return i.CardAsked(who=who, item=int(chosen["item"]))
    if row.purpose == PASTED and _offered(row, button, chosen):
        return _as(button, _pasted(who, ctx), who)
    if row.purpose == "late" and _offered(row, button, chosen):
        return _of_survey(button, chosen, who)
    if item is None or not _offered(row, button, chosen):
        return i.StaleTap(who=who, item=item)
    match row.purpose, button:
        case "choose2", "change":
            name = _option_text(row, "change", chosen.get("change", UNSET))
            return i.ReviseAsked(who=who, item=item, text="" if chosen.get("change") == UNSET else name)
        case (("choose" | "choose2"), _):
            return i.ChoicesMade(who=who, item=item, chosen=chosen, final=button == "submit")
        case "which", ("append" | "replace" | "new") as into:
            kept = json.loads(ctx.store.memory(who, "waiting") or "{}")
            text = kept.get("text", "") if kept.get("item") == item else ""
            return i.DraftSent(who=who, text=text, into=into, item=item)
        case "check", ("pass" | "return" | "hold" | "confirm") as verdict:
            reason = chosen.get("reason", "") if verdict == "return" else ""
            return i.Decided(
                who=who, item=item, verdict=verdict, position=row.position, round=row.round, version=row.version,
                reason="" if reason in ("other", UNSET) else _option_text(row, "reason", reason),
            )  # fmt: skip
        case "proposal", "take":
            return i.SuggestionTaken(who=who, item=item)
        case "proposal", "own":
            return i.ReviseAsked(who=who, item=item)
        case "check", "ask":
            return i.QuestionPut(who=who, item=item)
        case "check", tick if tick.startswith("tick:"):
            return i.TickSaid(who=who, item=item, tick=tick.removeprefix("tick:"))
        case "publish", ("published" | "confirmed"):
            return i.PublishReported(who=who, item=item, confirmed=button == "confirmed")
        case "publish", "confirm":
            return i.Decided(who=who, item=item, verdict="confirm", position=row.position, round=row.round)
        case "publish", "problem":
            return i.PublishRefused(who=who, item=item)
        case "publish", "test":
            return i.TestAsked(who=who, item=item)
        case "test", ("passed" | "failed") as result:
            return i.Tested(
                who=who, item=item, passed=result == "passed", version=row.version, round=row.round
            )
        case "hold", "keep":
            return i.StillWanted(who=who, item=item)
        case "hold", "withdraw":
            return i.WithdrawAsked(who=who, item=item)
        case "record", ("fill" | "again"):
            return i.RecordMade(who=who, item=item, values=chosen, again=button == "again")
        case ("sort" | "sort2"), "hand":
            return _sorted(item, chosen, who, ctx)
        case "join", ("join" | "apart") as answer:
            return i.JoinSaid(who=who, items=(item,), refuse=answer == "apart")
        case "alert", "seen":
            return i.AlertSeen(who=who, item=item)
        case "spread", "all":
            return i.MembersAnswered(who=who, item=item)
        case "reply", ("answer" | "given"):
            return i.ReplySaid(who=who, item=item)
        case "reply", "proposed":
            about = ctx.store.item(item)
            return i.ReplySaid(who=who, item=item, text=comments.proposed(about) if about else "")
        case "reply", "like":
            return i.ReplySaid(who=who, item=item, like=True)
        case "reply", "same":
            return i.ReplySaid(who=who, item=item, sure=True)
        case "reply", opinion if opinion.startswith("op:"):
            return i.ReplySaid(who=who, item=item, nth=int(opinion.removeprefix("op:")))
        case "reply", later if later.startswith("later:"):
            return i.ReplySaid(who=who, item=item, tick=later.removeprefix("later:"))
        case "later", picked if picked.startswith("text:"):
            nth, tick = picked.removeprefix("text:").split(":", 1)
            return i.ReplySaid(who=who, item=item, tick=tick, nth=int(nth))
        case "extend", ("grant" | "refuse"):
            return i.ExtensionAnswered(who=who, item=item, granted=button == "grant")
        case "urge", "extend":
            return i.ExtensionAsked(who=who, item=item)
        case "told", "told":
            return i.ExtensionTold(who=who, item=item)
        case "sure", ("sure" | "edit"):
            kept = json.loads(ctx.store.memory(who, "reply") or "{}")
            tick = kept.get("tick", "") if kept.get("item") == item else ""
            return i.ReplySaid(who=who, item=item, tick=tick, sure=button == "sure")
        case ("record" | "draft" | "reply"), "back":
            return i.HandedBack(who=who, item=item)
        case "publish", raise_ if raise_.startswith("raise:"):
            return i.RaiseAsked(who=who, item=item, flow=raise_.removeprefix("raise:"))
        case "inform", did if did.startswith("did:"):
            return i.DidSaid(who=who, item=item, what=did.removeprefix("did:"))
        case "draft", answer if answer.startswith("set:"):
            name, _, value = answer.removeprefix("set:").partition("=")
            return i.FieldAnswered(who=who, item=item, field=name, value=value, final=True)
        case "draft", "edit":
            return i.ReviseAsked(who=who, item=item)
        case "draft", "submit":
            return i.SubmitAsked(who=who, item=item)
        case "draft", "return":
            return i.Decided(who=who, item=item, verdict="return", position=row.position, round=row.round)
        case "assign", "assign":
            unit = chosen.get("unit", UNSET)
            units = () if unit == UNSET else (unit,)
            if not row.card.selects:
                return i.RecordMade(who=who, item=item)
            return i.AssignSaid(who=who, item=item, units=units)
        case "filing", "received":
            return i.FilingReceived(who=who, item=item)
        case "urge", "chase":
            return i.ChaseAsked(who=who, item=item)
        case "urge", "reassign":
            to = chosen.get("to", UNSET)
            return i.ReassignAsked(who=who, item=item, name="" if to == UNSET else to)
    return i.StaleTap(who=who, item=item)


def _sorted(item: int, chosen: dict[str, str], who: str, ctx: Context) -> i.Intent:
    """What was chosen on the card; on the second one the unit, with the kind that was chosen on the first."""
    units = [value for key, value in chosen.items() if key.startswith("unit") and value != UNSET]
    level = chosen.get("level", "")
    asked = ctx.store.expectation(who)
    before = asked.data if asked is not None and asked.what == "sort" and asked.item == item else {}
    return i.SortSaid(
        who=who, item=item, flow=chosen.get("flow", before.get("flow", "")), unit=units[0] if units else "",
        level="" if level == UNSET else level or before.get("level", ""), reason=before.get("reason", ""),
    )  # fmt: skip


def _of_survey(button: str, chosen: dict[str, str], who: str) -> i.Intent:
    """督办: the card is about many items, and stays."""
    if button == "chase":
        return i.ChaseAsked(who=who, item=int(chosen.get("item", 0)))
    return i.ChaseAllAsked(who=who) if button == "all" else i.SurveyAsked(who=who, listed=True)


def _offered(row: CardRow, button: str, chosen: dict[str, str]) -> bool:
    """Whether the card really has this button and these options: what comes back is never trusted alone."""
    keys = {b.key for b in (*row.card.buttons, *row.card.menu)} | ({row.card.submit.key} if row.card.submit else set())
    options = {s.key: {o.id for o in s.options} for s in row.card.selects}
    return button in keys and all(value in options.get(key, set()) for key, value in chosen.items())


def _option_text(row: CardRow, key: str, option: str) -> str:
    for select in row.card.selects:
        if select.key == key:
            return next((o.text for o in select.options if o.id == option), "")
    return ""
