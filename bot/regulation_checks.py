"""What makes a regulation file valid beyond its shape. Reads the raw values, so that one mistake hides no other.

Every check yields (path, sentence); a path is keys and numbers as in the parsed TOML. The list is at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from bot.rules.deadline import parse_clock, parse_duration
from bot.rules.forms import FieldType, parse_type
from bot.rules.regulation import Do
from bot.rules.workdays import WEEKDAYS
from bot.toml_lines import Path

Raw = Mapping[str, object]
Found = Iterator[tuple[Path, str]]

OPTION_CHARS, BUTTON_CHARS = 16, 10  # the platform's limits for an option and a button of a card
STATES = ("在用", "停用", "注销")
BUILT_IN = {
    "post": {"标题": "text", "正文": "text", "渠道": "text", "栏目": "text", "内容范围": "text", "附件": "file"},
    "comment": {"平台": "text", "网民": "text", "内容": "text", "链接": "text", "发表时间": "past"},
    "account": {"账号": "text"},
    "matter": {"标题": "text", "说明": "text", "附件": "file"},
}
MEASURES = {
    "days_since_post", "posts_in_30_days", "gap_minutes", "parts_of_one_story", "answered_rate", "original_rate",
    "echo_rate", "off_duty_rate", "unit_days_since_draft", "column_days_since_post", "first_post_hours",
}
LIMITS = ("over", "least", "under", "upto")
_DOES = {do.value for do in Do}
COUNTED = {"count": ("posts", "drafts", "replies"), "per": ("account", "unit", "column", "channel"),
           "in": ("day", "week", "month")}
_EVERY = re.compile(r"day|week|month|quarter|year|year-(0[1-9]|1[0-2])")
_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_CJK = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_ID = re.compile(r"[A-Za-z0-9_-]+")
_FORMAT = re.compile(r"[a-z0-9]+")
_WEEKDAY_NAMES = tuple(f"周{day}" for day in WEEKDAYS)
_REFERS_TO_FORM = "须是本流程表单里的选择字段"


# Reading values of which nothing is certain yet


def table(value: object) -> Raw:
    return value if isinstance(value, dict) else {}


def entries(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def tables(value: object) -> Iterator[tuple[int, Raw]]:
    return ((n, entry) for n, entry in enumerate(entries(value)) if isinstance(entry, dict))


def names(holder: Raw, key: str) -> Iterator[tuple[Path, str]]:
    return (((key, n), entry) for n, entry in enumerate(entries(holder.get(key))) if isinstance(entry, str))


def flows(raw: Raw) -> Iterator[tuple[Path, Raw]]:
    return ((("flow", n), flow) for n, flow in tables(raw.get("flow")))


def steps(flow: Raw) -> list[tuple[int, Raw]]:
    return list(tables(flow.get("steps")))


def under(path: Path, found: Found) -> Found:
    return ((path + rest, sentence) for rest, sentence in found)


def is_chinese(words: str) -> bool:
    return _CJK.search(words) is not None


# Words users see


def chinese_words(raw: Raw) -> Found:
    """Everything shown to users is Chinese."""
    seen: list[tuple[Path, object]] = [(("title",), raw.get("title"))]
    seen += [(("columns", n), name) for n, name in enumerate(entries(raw.get("columns")))]
    seen += [(("unit", key), label) for key, label in table(raw.get("unit")).items()]
    for group in ("role", "channel", "watch"):
        seen += [((group, key, "label"), table(one).get("label")) for key, one in table(raw.get(group)).items()]
    seen += [(("watch", n, "label"), one.get("label")) for n, one in tables(raw.get("watch"))]
    content = table(raw.get("content"))
    seen += [(("content", "banned", n), words) for n, words in enumerate(entries(content.get("banned")))]
    for n, one in enumerate(entries(content.get("scope"))):
        keys = [key for key in ("label", "short") if key in one] if isinstance(one, dict) else []
        seen += [(("content", "scope", n, key), table(one)[key]) for key in keys] or [(("content", "scope", n), one)]
        seen += [(("content", "scope", n, "form", name), name) for name in table(table(one).get("form"))]
    seen += [(("content", "form", name), name) for name in table(content.get("form"))]
    seen += [(("content", "tone", phrase), words) for phrase, words in table(content.get("tone")).items()]
    for path, flow in flows(raw):
        seen += [((*path, key), flow[key]) for key in ("label", "short", "clause", "assumed") if flow.get(key)]
        seen += [((*path, "form", name), name) for name in table(flow.get("form"))]
        seen += [((*path, "refuse", name), words) for name, words in table(flow.get("refuse")).items()]
        for n, step in steps(flow):
            shown = ("act", "when", "passes", "returns", "holds", "record", "missing", "late", "vacant", "early")
            seen += [((*path, "steps", n, key), step[key]) for key in shown if step.get(key)]
            seen += [((*path, "steps", n, *rest), words) for rest, words in names(step, "reasons")]
            interim = table(step.get("interim"))
            seen += [((*path, "steps", n, "interim", "act"), interim["act"])] if interim.get("act") else []
            seen += [((*path, "steps", n, "interim", *rest), words) for rest, words in names(interim, "texts")]
            seen += [((*path, "steps", n, "form", name), name) for name in table(step.get("form"))]
    return ((path, f"“{words}”会显示给用户,须是中文") for path, words in seen
            if isinstance(words, str) and not is_chinese(words))


def options_fit(raw: Raw) -> Found:
    """An option on a card has at most 16 characters: flows and scopes need a short, columns a shorter name."""
    for path, name in names(raw, "columns"):
        if len(name) > OPTION_CHARS:
            yield path, f"栏目名 {len(name)} 个字,作卡片选项最多 {OPTION_CHARS} 个字"
    scope = entries(table(raw.get("content")).get("scope"))
    for n, entry in enumerate(scope):
        label = entry if isinstance(entry, str) else text(table(entry).get("label"))
        yield from under(("content", "scope", n), _fits(label, text(table(entry).get("short")), plain=entry == label))
    for path, flow in flows(raw):
        yield from under(path, _fits(text(flow.get("label")), text(flow.get("short"))))
        for n, step in steps(flow):
            for rest, reason in names(step, "reasons"):
                if len(reason) > OPTION_CHARS:
                    yield (*path, "steps", n, *rest), f"理由有 {len(reason)} 个字，作卡片选项最多 {OPTION_CHARS} 个字"


def _fits(label: str, short: str, *, plain: bool = False) -> Found:
    if len(short) > OPTION_CHARS:
        yield ("short",), f"short 有 {len(short)} 个字,最多 {OPTION_CHARS} 个字"
    elif not short and len(label) > OPTION_CHARS:
        short = f'short="不超过{OPTION_CHARS}字"'
        add = f'请加 {short},即写成 {{ label="…", {short} }}' if plain else f"请加 {short}"
        yield (() if plain else ("label",)), f"“{label}”有 {len(label)} 个字,作卡片选项放不下:{add}"


def options_differ(raw: Raw) -> Found:
    """Two options that read alike cannot be told apart."""
    content = table(raw.get("content"))
    shown = [text(table(one).get("short")) or text(table(one).get("label")) or text(one)
             for one in entries(content.get("scope"))]
    yield from under(("content", "scope"), _repeated(shown, "内容范围"))
    yield from under(("columns",), _repeated([text(one) for one in entries(raw.get("columns"))], "栏目"))
    yield from _repeated_flow_ids(raw)
    for kind in BUILT_IN:
        seen: set[str] = set()
        for path, flow in flows(raw):
            option = text(flow.get("short")) or text(flow.get("label"))
            if flow.get("kind") == kind and option in seen:
                yield (*path, "label"), f"有两个流程都叫“{option}”"
            seen.update([option] if flow.get("kind") == kind else [])


def _repeated(shown: list[str], what: str) -> Found:
    for n, one in enumerate(shown):
        if one and one in shown[:n]:
            yield (n,), f"{what}“{one}”重复"


def _repeated_flow_ids(raw: Raw) -> Found:
    seen: set[str] = set()
    for path, flow in flows(raw):
        flow_id = text(flow.get("id"))
        if flow_id in seen:
            yield (*path, "id"), f"流程 id “{flow_id}”重复"
        elif not _ID.fullmatch(flow_id) and "id" in flow:
            yield (*path, "id"), "流程 id 只用字母、数字、- 和 _"
        seen.add(flow_id)


# Names that must exist


def names_are_plain(raw: Raw) -> Found:
    """What the program calls things by (slug, units, roles, channels) is letters and digits, and means one thing."""
    if "slug" in raw and not _ID.fullmatch(text(raw.get("slug"))) and isinstance(raw["slug"], str):
        yield ("slug",), "代号只用字母、数字、- 和 _"
    for group, what in (("unit", "单位"), ("role", "角色"), ("channel", "渠道")):
        for key in table(raw.get(group)):
            if not _ID.fullmatch(key):
                yield (group, key), f"{what}的编号“{key}”只用字母、数字、- 和 _，中文写在 label 里"
    if "own" in table(raw.get("unit")):
        yield ("unit", "own"), "own 专指承办单位，请换一个编号"


def units_differ(raw: Raw) -> Found:
    """The roster finds a unit by its name: no two may share one."""
    units = list(table(raw.get("unit")).items())
    for n, (key, label) in enumerate(units):
        if label in [earlier for _, earlier in units[:n]]:
            yield ("unit", key), f"有两个单位都叫“{label}”"


def changes_are_of_own_roles(raw: Raw) -> Found:
    """`on_change` begins an account flow when an own role changes hands."""
    roles = table(raw.get("role"))
    for path, flow in flows(raw):
        if entries(flow.get("on_change")) and flow.get("kind") != "account":
            yield (*path, "on_change"), 'on_change 只用于 kind = "account" 的流程'
            continue
        for rest, name in names(flow, "on_change"):
            if name in roles and table(roles[name]).get("scope") != "own":
                yield path + rest, f"{name} 不是承办单位的角色（scope 须是 own）"


def roles_exist(raw: Raw) -> Found:
    """Every role that is named exists (by, needs, file, on_change, keeper, up …). Nobody grants to himself."""
    used: list[tuple[Path, str]] = []
    for key, role in table(raw.get("role")).items():
        used += [(("role", key, "granted_by"), text(table(role).get("granted_by")))]
    for key, channel in table(raw.get("channel")).items():
        used += [(("channel", key, "keeper"), text(table(channel).get("keeper")))]
    used += [(("nag", *path), name) for path, name in names(table(raw.get("nag")), "up")]
    for path, flow in flows(raw):
        used += [((*path, *rest), name) for key in ("file", "inform", "on_change") for rest, name in names(flow, key)]
        used += [((*path, key), text(flow.get(key))) for key in ("archive", "responsible")]
        for n, step in steps(flow):
            used += [((*path, "steps", n, *rest), name) for key in ("by", "needs") for rest, name in names(step, key)]
    known = table(raw.get("role"))
    for path, name in used:
        if name and name not in known:
            yield path, f"没有角色 {name},[role] 里有:{'、'.join(known) or '(空)'}"
        elif path[0] == "role" and name == path[1]:
            yield path, "不能由自己授权：第一个人就没有人能授权"


def roles_sit_somewhere(raw: Raw) -> Found:
    """A role's scope is `own` or a unit of the file; its seats are least and most."""
    units = table(raw.get("unit"))
    for key, role in table(raw.get("role")).items():
        scope, seats = text(table(role).get("scope")), entries(table(role).get("seats"))
        if scope and scope != "own" and scope not in units:
            yield ("role", key, "scope"), f"没有单位 {scope},须是 own 或 [unit] 里的:{'、'.join(units) or '(空)'}"
        if len(seats) == 2 and all(isinstance(n, int) for n in seats) and not 0 <= int(str(seats[0])) <= int(
                str(seats[1])):
            yield ("role", key, "seats"), "seats 须是 [最少, 最多],最少不大于最多"


def columns_exist(raw: Raw) -> Found:
    """A flow uses only the file's columns."""
    known = [name for _, name in names(raw, "columns")]
    for path, flow in flows(raw):
        for rest, name in names(flow, "columns"):
            if name not in known:
                yield path + rest, f"没有栏目“{name}”"


def levels_lead_somewhere(raw: Raw) -> Found:
    """[severity] levels: each names a comment flow of the file, or "" for any other."""
    known = [text(flow.get("id")) for _, flow in flows(raw) if flow.get("kind") == "comment"]
    for level, flow_id in table(table(raw.get("severity")).get("levels")).items():
        if flow_id and flow_id not in known:
            yield ("severity", "levels", level), f"没有评论流程 {flow_id}，有：{'、'.join(known) or '（空）'}"


# Times


def times_read(raw: Raw) -> Found:
    """Clock times and reminder spans can be read, and the day is in order."""
    day = {"open": "08:30", "cutoff": "17:30", "day_end": "24:00"}
    day |= {key: words for key, words in table(raw.get("clock")).items() if key in day and isinstance(words, str)}
    wrong = [key for key, words in day.items() if not _is_clock(words)]
    yield from ((("clock", key), f"“{day[key]}”不是时刻,请写成 08:30") for key in wrong)
    if not wrong:
        for earlier, later in pairwise(day):
            if parse_clock(day[earlier]) > parse_clock(day[later]):
                key = later if later in table(raw.get("clock")) else earlier
                yield ("clock", key), f"{later}({day[later]})早于 {earlier}({day[earlier]})"
    yield from under(("nag",), _nag_times(table(raw.get("nag"))))
    if review := text(table(raw.get("nag")).get("review")):
        yield from under(("nag", "review"), _review(review))


def _nag_times(nag: Raw) -> Found:
    hours = text(nag.get("hours"))
    if hours:
        span = _HOURS.fullmatch(hours)
        if not span or not _is_clock(span[1]) or not _is_clock(span[2]) or span[1] >= span[2]:
            yield ("hours",), f"“{hours}”不是时段,请写成 08:30-17:30"
    spans = [*names(nag, "ahead"), *(((key,), text(nag.get(key))) for key in ("again", "idle") if key in nag)]
    for path, spec in spans:
        if isinstance(spec, str) and not _is_span(spec):
            yield path, f"“{spec}”不是时长,请写成 2h、1d 或 1wd"


def _review(review: str) -> Found:
    """So many whole hours before the day's cutoff."""
    if not re.fullmatch(r"[1-8]h", review):
        yield (), f"“{review}”不是下班前的小时数，请写 1h 到 8h"


def _is_clock(words: str) -> bool:
    try:
        parse_clock(words)
    except ValueError:
        return False
    return True


def _is_span(spec: str) -> bool:
    try:
        number, unit = parse_duration(spec)
    except ValueError:
        return False
    return unit != "周" and number > 0


def every_reads(raw: Raw) -> Found:
    for path, flow in flows(raw):
        every = text(flow.get("every"))
        if every and not _EVERY.fullmatch(every):
            yield (*path, "every"), f"“{every}”不对,可写 day、week、month、quarter、year 或 year-11"
        if begin := text(flow.get("begin")):
            yield from under((*path, "begin"), _begin(begin, every))


def _begin(begin: str, every: str) -> Found:
    """A day's beginning is a time of day, a week's a weekday; other periods have none."""
    if every not in ("day", "week"):
        yield (), "begin 只用于 every = \"day\" 或 \"week\""
    elif every == "day" and not _is_clock(begin):
        yield (), f"“{begin}”不是时刻，每天的流程请写成 17:30"
    elif every == "week" and begin not in _WEEKDAY_NAMES:
        yield (), f"“{begin}”不是星期，每周的流程请写 {'、'.join(_WEEKDAY_NAMES)}"


# Forms


def forms_read(raw: Raw) -> Found:
    """Field types can be read; `when` names a choice of the form; `refuse` names a date field of the flow."""
    content = table(table(raw.get("content")).get("form"))
    yield from under(("content", "form"), _form(content, content))
    for n, entry in tables(table(raw.get("content")).get("scope")):
        own = table(entry.get("form"))
        yield from under(("content", "scope", n, "form"), _form(own, {**content, **own}))
    for path, flow in flows(raw):
        form = {**(content if flow.get("kind") == "post" else {}), **table(flow.get("form"))}
        yield from under((*path, "form"), _form(table(flow.get("form")), form))
        for n, step in steps(flow):
            form = {**form, **table(step.get("form"))}
            yield from under((*path, "steps", n, "form"), _form(table(step.get("form")), form))
        for name in table(flow.get("refuse")):
            if name == "承办单位":  # who may not begin it
                continue
            if name not in form:
                yield (*path, "refuse", name), f"表单里没有字段“{name}”"
            elif _kind(form[name]) not in ("past", ""):
                yield (*path, "refuse", name), f"字段“{name}”须是 past(日期不在将来)才会被拒"


def _form(own: Raw, known: Raw) -> Found:
    for name, spec in own.items():
        words = spec if isinstance(spec, str) else text(table(spec).get("type"))
        at: Path = (name,) if isinstance(spec, str) else (name, "type")
        try:
            field = parse_type(words)
        except ValueError:
            if words:
                yield at, f"“{words}”不是字段类型,可写 text、date、past、file、甲|乙 或 200..500"
            continue
        for choice in field.choices:
            if len(choice) > OPTION_CHARS or not (is_chinese(choice) or choice.isdecimal()):
                yield at, f"选项“{choice}”须是不超过 {OPTION_CHARS} 个字的中文"
        when = text(table(spec).get("when"))
        if when and (why := _bad_choice(when, {key: one for key, one in known.items() if key != name})):
            yield (name, "when"), why


def _type(spec: object) -> FieldType | None:
    try:
        return parse_type(spec if isinstance(spec, str) else text(table(spec).get("type")))
    except ValueError:
        return None


def _kind(spec: object) -> str:
    field = _type(spec)
    return field.kind if field else ""


def _bad_choice(when: str, known: Raw) -> str:
    """What is wrong with `字段=值`, or nothing."""
    name, eq, value = when.partition("=")
    if not eq:
        return f"“{when}”要写成 字段=值,{_REFERS_TO_FORM}"
    field = _type(known[name]) if name in known else None
    if name not in known or (field and field.kind != "choice"):
        return f"“{name}”{_REFERS_TO_FORM}"
    return f"字段“{name}”没有“{value}”这个值" if field and value not in field.choices else ""


def basis_holds(raw: Raw) -> Found:
    """`content.basis` names a prohibition by number, and at least one field."""
    content = table(raw.get("content"))
    basis = table(content.get("basis"))
    banned, number = entries(content.get("banned")), basis.get("banned")
    if isinstance(number, int) and not 1 <= number <= len(banned):
        yield ("content", "basis", "banned"), f"banned 只有 {len(banned)} 项,没有第 {number} 项"
    if basis and "any" in basis and not entries(basis.get("any")):
        yield ("content", "basis", "any"), "至少写一个字段名"
    for path, name in names(basis, "any"):
        if not is_chinese(name):
            yield ("content", "basis", *path), f"“{name}”会显示给用户,须是中文"


# Steps


def steps_in_order(raw: Raw) -> Found:
    """First an unconditional draft; before every publish an unconditional check after the last draft (先审后发)."""
    for path, flow in flows(raw):
        listed = steps(flow)
        does = [text(step.get("do")) for _, step in listed]
        always = ["when" not in step for _, step in listed]
        if not listed or any(do not in _DOES for do in does):
            continue  # the order of unknown acts says nothing
        if does[0] != "draft" or not always[0]:
            yield (*path, "steps", listed[0][0], "do" if does[0] != "draft" else "when"), "第一个环节须是无条件的 draft"
        for n, do in enumerate(does):
            last_draft = max((m for m in range(n) if does[m] == "draft"), default=-1)
            if do == "publish" and not any(does[m] == "check" and always[m] for m in range(last_draft + 1, n)):
                at = (*path, "steps", listed[n][0], "do")
                yield at, "先审后发:publish 之前、最后一次 draft 之后须有无条件的 check"
        if flow.get("kind") == "post" and (does[-1] != "publish" or not always[-1]):
            yield (*path, "steps", listed[-1][0], "do"), "稿件流程须以无条件的 publish 结束"


def steps_say_when(raw: Raw) -> Found:
    """`when` is a tick or 字段=值; due can be read; since names a date that is known by then."""
    for path, flow in flows(raw):
        known = _known_fields(raw, flow)
        later = {name for _, step in steps(flow) for name in table(step.get("form"))}
        for n, step in steps(flow):
            at = (*path, "steps", n)
            if why := _bad_when(text(step.get("when")), known, later):
                yield (*at, "when"), why
            before = {**known, **table(step.get("form"))} if n == 0 else known
            yield from under(at, _due(step, before, later))
            known = {**known, **table(step.get("form"))}


def _bad_when(when: str, known: Raw, later: set[str]) -> str:
    if "＝" in when:
        return f"“{when}”里的等号要用半角 ="
    name, eq, _ = when.partition("=")
    if eq and name in later and name not in known:
        return f"字段“{name}”到这个环节还没有填"
    return _bad_choice(when, known) if eq else ""


def _known_fields(raw: Raw, flow: Raw) -> dict[str, object]:
    """What is filled in before the first step is done: built-in fields, those of the content and of the flow."""
    content = table(raw.get("content")) if flow.get("kind") == "post" else {}
    scoped = {name: spec for _, one in tables(content.get("scope")) for name, spec in table(one.get("form")).items()}
    return {
        **BUILT_IN.get(text(flow.get("kind")), {}), **scoped, **table(content.get("form")), **table(flow.get("form")),
    }  # fmt: skip


def _due(step: Raw, known: Mapping[str, object], later: set[str]) -> Found:
    due, since = text(step.get("due")), text(step.get("since"))
    if "due" in step:
        try:
            negative = parse_duration(due).number < 0
        except ValueError:
            negative = False
            yield ("due",), f"“{due}”不是时限,请写成 24h、5d、5wd、0wd、周一 或 -1d"
        if negative and not since:
            yield ("due",), f"“{due}”是提前量,须用 since 说明从哪个日期算"
    if since and "due" not in step:
        yield ("since",), "有 since 却没有 due"
    if since and since not in known:
        yield ("since",), f"字段“{since}”到这个环节还没有填" if since in later else f"表单里没有字段“{since}”"
    elif since and _kind(known[since]) not in ("date", "past", ""):
        yield ("since",), f"字段“{since}”不是日期"


def flows_say_whom_they_tell(raw: Raw) -> Found:
    """`did` are buttons of those who are informed; `raised_at` is a kind of step; `fill` says what of the record."""
    known = [text(flow.get("id")) for _, flow in flows(raw)]
    for path, flow in flows(raw):
        if entries(flow.get("did")) and not entries(flow.get("inform")):
            yield (*path, "did"), "有 did 却没有 inform（告知谁）"
        for rest, word in names(flow, "did"):
            if len(word) > BUTTON_CHARS or not is_chinese(word):
                yield path + rest, f"“{word}”须是不超过 {BUTTON_CHARS} 个字的中文"
        if "raised_at" in flow and flow.get("kind") != "matter":
            yield (*path, "raised_at"), 'raised_at 只用于 kind = "matter" 的流程'
        first = next((step for _, step in steps(flow)), {})
        for at, form in ((path, flow), ((*path, "steps", 0), table(first))):
            for name, spec in table(form.get("form")).items():
                what = text(table(spec).get("fill"))
                if what and (what not in ("posts", "filings", "comments", *known) or "every" not in flow):
                    said = "fill 只用于 every 的流程，可写 posts、filings、comments 或流程的 id"
                    yield (*at, "form", name, "fill"), said


def scope_ticks_lead_somewhere(raw: Raw) -> Found:
    """Choosing a kind of content sets a tick: some post flow has a step for it."""
    ticks = {text(step.get("when")) for _, flow in flows(raw) if flow.get("kind") == "post" for _, step in steps(flow)}
    ticks = {tick for tick in ticks if tick and "=" not in tick}
    for n, entry in tables(table(raw.get("content")).get("scope")):
        tick = text(entry.get("tick"))
        if tick and tick not in ticks:
            offer = "、".join(sorted(ticks)) or "无"
            yield ("content", "scope", n, "tick"), f"没有一个稿件流程有 when = \"{tick}\" 的环节（现有：{offer}）"


def steps_use_their_words(raw: Raw) -> Found:
    """Keys that only some steps may have; words that fit their buttons."""
    for path, flow in flows(raw):
        for n, step in steps(flow):
            yield from under((*path, "steps", n), _step_keys(step, flow))


def _step_keys(step: Raw, flow: Raw) -> Found:
    do = text(step.get("do"))
    if "by" in step and not entries(step.get("by")):
        yield ("by",), "至少写一个角色"
    yield from under(("by",), _repeated([text(one) for one in entries(step.get("by"))], "角色"))
    for key in ("sets", "missed"):
        if key in step and flow.get("kind") != "account":
            yield (key,), f"{key} 只用于 kind = \"account\" 的流程"
        elif key in step and step[key] not in STATES:
            yield (key,), f"只能是 {'、'.join(STATES)}"
    for key in ("needs", "early"):
        if key in step and do != "record":
            yield (key,), f"{key} 只用于 record"
    dated = any(_kind(spec) in ("date", "past") for spec in table(step.get("form")).values())
    if do == "record" and "early" in step and not dated:
        yield ("early",), "有 early，这一步的 form 里要有一个日期"
    if "missed" in step and "due" not in step and "every" not in flow:
        yield ("missed",), "有 missed 却没有时限(due 或 every)"
    if step.get("confirm") and do != "publish":
        yield ("confirm",), "confirm 只用于 publish"
    yield from under(("adopt",), _adopt(step))
    yield from under(("interim",), _interim(step, flow))
    if "back" in step and do != "record":
        yield ("back",), "back 只用于 record"
    elif "back" in step and (why := _bad_choice(text(step.get("back")), table(step.get("form")))):
        yield ("back",), why
    if step.get("repeat") and do not in ("reply", "record"):
        yield ("repeat",), "repeat 只用于 reply 和 record"
    if "reasons" in step and do not in ("check", "record"):
        yield ("reasons",), "reasons 是退回的常用理由，只用于 check 和 record"
    for key in ("passes", "returns", "holds", "record"):
        if key in step and do != "check":
            yield (key,), f"{key} 只用于 check"
        elif key != "record" and len(text(step.get(key))) > BUTTON_CHARS:
            yield (key,), f"按钮最多 {BUTTON_CHARS} 个字"


MOST_WORDINGS = 4


def _interim(step: Raw, flow: Raw) -> Found:
    """The tick leads to steps that come after this reply; the button and the wordings can be shown."""
    interim = table(step.get("interim"))
    if not interim:
        return
    if text(step.get("do")) != "reply":
        yield (), "interim 只用于 reply"
        return
    after = False
    later = []
    for _, one in steps(flow):
        later += [text(one.get("when"))] if after else []
        after = after or one is step
    if text(interim.get("tick")) not in later:
        yield ("tick",), "这一步以后没有以它为条件(when)的环节"
    if len(text(interim.get("act"))) > BUTTON_CHARS:
        yield ("act",), f"按钮最多 {BUTTON_CHARS} 个字"
    if len(entries(interim.get("texts"))) > MOST_WORDINGS:
        yield ("texts",), f"答复用语最多 {MOST_WORDINGS} 句"


def _adopt(step: Raw) -> Found:
    """What becomes a draft is in the fields of the same record step."""
    adopt, form = table(step.get("adopt")), table(step.get("form"))
    if adopt and text(step.get("do")) != "record":
        yield (), "adopt 只用于 record"
        return
    if adopt and (why := _bad_choice(text(adopt.get("when")), form)):
        yield ("when",), why
    for key in ("title", "body", "author"):
        if key in adopt and adopt[key] not in form:
            yield (key,), f"本环节的 form 里没有字段“{adopt[key]}”"


# Channels and measures


def channels_hold(raw: Raw) -> Found:
    """Limits are positive and leave something between them."""
    for key, channel in table(raw.get("channel")).items():
        for name in ("chars", "per_day"):
            number = table(channel).get(name)
            if isinstance(number, int) and number < 1:
                yield ("channel", key, name), "须大于 0"
        for media in ("image", "video"):
            limit = table(table(channel).get(media))
            yield from under(("channel", key, media), _between(limit, " MB", positive=True))
            for rest, name in names(limit, "formats"):
                if not _FORMAT.fullmatch(name):
                    yield ("channel", key, media, *rest), f"“{name}”不是文件格式，请写小写的扩展名，如 jpg"


def _between(limit: Raw, unit: str = "", *, positive: bool = False) -> Found:
    """Something must lie between the limits; `least` and `upto` may be the same number."""
    low = max(((float(str(limit[k])), k) for k in ("over", "least") if _is_number(limit.get(k))), default=None)
    high = min(((float(str(limit[k])), k) for k in ("upto", "under") if _is_number(limit.get(k))), default=None)
    if positive and high and high[0] <= 0:
        yield (high[1],), "须大于 0"
    elif low and high and (low[0] > high[0] or (low[0] == high[0] and (low[1], high[1]) != ("least", "upto"))):
        yield (), f"下限 {low[0]:g}{unit} 不小于上限 {high[0]:g}{unit}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def watch_reads(raw: Raw) -> Found:
    """A measure has a known name and limits, or says its rhythm (count, per, in)."""
    watch = raw.get("watch")
    for key, measure in table(watch).items():
        if key not in MEASURES:
            yield ("watch", key), f"不认识的指标,可用:{'、'.join(sorted(MEASURES))}"
        yield from under(("watch", key), _measure(measure, allowed=("label", "assumed", *LIMITS)))
    for n, measure in tables(watch):
        if "measure" in measure:  # a named one, beside rhythms
            if measure["measure"] not in MEASURES:
                yield ("watch", n, "measure"), f"不认识的指标,可用:{'、'.join(sorted(MEASURES))}"
            yield from under(("watch", n), _measure(measure, allowed=("measure", "label", "assumed", *LIMITS)))
            continue
        yield from under(("watch", n), _measure(measure, allowed=("label", "assumed", *LIMITS, *COUNTED)))
        for key, values in COUNTED.items():
            value = measure.get(key)
            days = key == "in" and isinstance(value, int) and value > 0
            if value not in values and not days:
                yield ("watch", n, key), f"只能是 {'、'.join(values)}" + (" 或天数" if key == "in" else "")


def _measure(measure: object, allowed: tuple[str, ...]) -> Found:
    if not isinstance(measure, dict):
        yield (), "须是一个表,例如 { label = \"…\", upto = 7 }"
        return
    if not isinstance(measure.get("label"), str):
        yield ("label",), "缺少 label"
    for key, value in measure.items():
        if key not in allowed:
            yield (key,), "不认识的键"
        elif key in LIMITS and not _is_number(value):
            yield (key,), "须是数字"
    if not any(key in measure for key in LIMITS):
        yield (), f"至少写一个界限:{'、'.join(LIMITS)}"
    yield from _between(measure)


CHECKS: tuple[Callable[[Raw], Found], ...] = (
    chinese_words, options_fit, options_differ,
    names_are_plain, units_differ,
    roles_exist, roles_sit_somewhere, columns_exist, changes_are_of_own_roles,
    levels_lead_somewhere, times_read, every_reads,
    forms_read, basis_holds,
    steps_in_order, steps_say_when, scope_ticks_lead_somewhere, flows_say_whom_they_tell,
    steps_use_their_words,
    channels_hold, watch_reads,
)
