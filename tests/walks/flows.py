"""The seven post flows of saws, each a script from the first message to the acknowledged filing; and what is left.

`end_state` is a value: two walks that ended alike have equal ones. Numbers of cards and messages are not in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from bot.app import reading
from bot.demo import SAWS_SEATS
from bot.rules.accounts import Account
from bot.rules.item import Item, Move, Version
from bot.rules.roster import Seat
from handlers.wording import OTHER_REASON
from storage.read import Reader
from tests.walks.desk import Desk

Walk = Callable[[Desk], None]

# 监管一司 and 宣教办 of the demo, and the other units of the regulation's examples.
CAST = (
    *SAWS_SEATS,
    Seat("caoxin", "曹昕", "监管三司", "informant"),
    Seat("dingyi", "丁一", "监管三司", "secrecy"),
    Seat("yangju", "杨局长", "监管三司", "leader"),
    Seat("renpeng", "任鹏", "监管三司", "publisher"),
    Seat("fangni", "方妮", "政策法规司", "informant"),
    Seat("luobao", "罗宝", "政策法规司", "secrecy"),
    Seat("yangju", "杨局长", "政策法规司", "leader"),
    Seat("wugang", "吴刚", "政策法规司", "publisher"),
    Seat("jiangke", "蒋可", "科技司", "informant"),
    Seat("shenmi", "沈密", "科技司", "secrecy"),
    Seat("kejipub", "柯发", "科技司", "publisher"),
    Seat("xuanchu", "宣初", "宣传教育中心", "informant"),
    Seat("xuanmi", "宣密", "宣传教育中心", "secrecy"),
    Seat("xuantou", "宣主任", "宣传教育中心", "unit_head"),
    Seat("xuanfa", "宣发", "宣传教育中心", "publisher"),
    Seat("xuanling", "林局长", "宣传教育中心", "leader"),
)

POLICY = "政策征求意见、印发的重要文件"
CAMPAIGN = "重大行动、活动安排"
ANSWER = "政策性答复文件"
ACCIDENT = "事故预警统计等信息"
BUSINESS = "业务活动、安全生产知识、应急知识"
FORWARD = "转发相关信息"

LINKS = (
    "新华网 https://www.news.cn/a/1\n人民网 https://www.people.com.cn/a/1\n腾讯网 已停用\n"
    "新浪网 https://weibo.com/1/a\n腾讯微信公众服务号 https://mp.weixin.qq.com/s/a"
)
WEIXIN = "腾讯微信公众服务号 https://mp.weixin.qq.com/s/b"


# ---- the walks ------------------------------------------------------------------------------------------------------


def policy(desk: Desk) -> None:
    """五(一)1: 报中国政府网首发, returned once by 宣教办, published by 宣教办."""
    first = "关于加强春季安全生产工作的通知\n请各单位于4月底前完成自查。"
    number = desk.submits("limin", first, POLICY, 报中国政府网发布="是", answers=("安监总办〔2025〕12号", "2025-03-14"))
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("zhouzhuren", "退回", number=number, 退回原因="文字需修改")
    desk.later(minutes=7)
    desk.says("limin", first.replace("4月底", "4月30日"))
    desk.taps("limin", "送审", number=number)
    desk.says("heping", f"可以公开 {number}")
    desk.later(minutes=7)
    desk.taps("zhouzhuren", "同意并确认", number=number)
    desk.says("zhengli", f"已发布 {number}\n{LINKS}")  # not yet: 尚未记录中国政府网首发
    desk.taps("wangfang", "填写结果", number=number)
    for answer in ("已首发", "今天", "今天 09:10"):
        desk.says("wangfang", answer)
    desk.taps("zhengli", "已发布", number=number)
    desk.says("zhengli", LINKS)


def campaign(desk: Desk) -> None:
    """五(一)2: 分管领导审定, returned once by 保密审查, 首发 not taken up."""
    first = "全国煤矿安全大检查启动\n检查从3月20日开始,为期一个月。"
    number = desk.submits("caoxin", first, CAMPAIGN, 报中国政府网发布="是", answers=("3月14日",))
    desk.says("dingyi", f"不予公开 {number} 日期还没有对外公布")
    desk.says("caoxin", f"改 {number} 全国煤矿安全大检查启动\n检查从本月下旬开始,为期一个月。")
    desk.taps("caoxin", "送审", number=number)
    desk.taps("dingyi", "可以公开并确认", number=number)
    desk.later(minutes=7)
    desk.says("yangju", f"同意 {number}")
    desk.taps("zhouzhuren", "同意并确认", number=number)
    desk.says("wangfang", f"办结 {number}")
    for answer in ("未采用", "3月17日"):
        desk.says("wangfang", answer)
    desk.says("zhengli", f"已发布 {number}\n{LINKS}")


def answer(desk: Desk) -> None:
    """五(一)3: 分管领导审定, own publisher, filed; 保密审查 first holds it open (请示)."""
    text = "关于小微企业安全标准化问题的答复\n某省局:来函收悉,现答复如下,可以分级达标。"
    number = desk.submits("fangni", text, ANSWER, answers=("安监函〔2025〕12号",))
    desk.says("luobao", f"请示 {number} 请办公厅确认密级")
    desk.later(minutes=7)
    desk.taps("luobao", "可以公开并确认", number=number)
    desk.taps("yangju", "同意并确认", number=number)
    desk.taps("wugang", "已发布", number=number)
    desk.says("wugang", LINKS.splitlines()[0])
    desk.says("wugang", "\n".join(LINKS.splitlines()[1:]))
    desk.taps("wangfang", "确认收到", number=number)


def reported_from_the_scene(desk: Desk, text: str, **more: str) -> str:
    """People at the scene have one flow to choose from, and name the bureau that answers for it."""
    number = re.findall(r"编号 (\d+)", desk.says("guoliang", text))[0]
    desk.taps("guoliang", "下一步", number=number, 渠道="政务微信", 栏目="信息发布", **more)
    desk.taps("guoliang", "送审", number=number, 内容范围="事故预警统计救援", 承办单位="监管一司")
    desk.says("guoliang", "某矿透水事故")
    desk.says("guoliang", "3月16日 14:00")
    return str(number)


def rescue(desk: Desk) -> None:
    """五(一)4: from the scene, 赴现场负责人, 保密审查, 分管领导, the bureau's publisher, filed."""
    number = reported_from_the_scene(desk, "某矿透水事故救援进展\n截至20时,已救出3人,救援仍在进行。")
    desk.taps("qinzong", "问一句", number=number)
    desk.says("qinzong", "3人都脱离危险了吗?")
    desk.says("guoliang", "都已送医院,生命体征平稳。")
    desk.taps("qinzong", "同意并确认", number=number)
    desk.later(minutes=7)
    desk.says("heping", f"可以公开 {number}")
    desk.taps("yangju", "同意并确认", number=number)
    desk.says("zhangwei", f"已发布 {number}\n{WEIXIN}")
    desk.says("wangfang", f"收到 {number}")


def accident(desk: Desk) -> None:
    """五(一)5: 司局主要负责人审定; a word of the list is confirmed by itself first."""
    number = desk.submits(
        "limin", "3月挂牌督办情况\n督办5起事故,其中2起已结案,拟出台整改意见。", ACCIDENT, scope="事故预警统计救援",
        answers=("文号 安监总办〔2025〕15号",),
    )  # fmt: skip
    desk.taps("heping", "确认未见", number=number)
    desk.taps("heping", "可以公开", number=number)
    desk.says("liuyang", f"确认 {number}")
    desk.says("liuyang", f"同意 {number}")
    desk.later(minutes=7)
    desk.taps("zhangwei", "有问题", number=number)
    desk.says("zhangwei", "腾讯网打不开")
    desk.says("zhangwei", f"已发布 {number}\n{LINKS}")
    desk.taps("wangfang", "确认收到", number=number)


def business(desk: Desk) -> None:
    """五(一)6: 单位主要负责人审定, returned once, published, filed and acknowledged."""
    first = "冬季用电安全小知识\n取暖设备不要长时间无人看管,离家要断电。"
    number = desk.submits("limin", first, BUSINESS, column="生产安全百科", scope="其他", answers=("日常安全知识",))
    desk.taps("heping", "可以公开并确认", number=number)
    desk.later(minutes=7)
    desk.taps("liuyang", "退回", number=number, 退回原因=OTHER_REASON)
    desk.says("liuyang", "请写明插线板不要串接")
    desk.says("limin", first + "插线板不要串接。")
    desk.taps("limin", "送审", number=number)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.says("liuyang", f"同意 {number}")
    desk.later(minutes=7)
    desk.taps("zhangwei", "已发布", number=number)
    desk.says("zhangwei", LINKS)
    desk.taps("wangfang", "确认收到", number=number)


def forward(desk: Desk) -> None:
    """五(一)7: an application; 宣教办 decides and forwards."""
    number = desk.submits(
        "jiangke", "暴雨蓝色预警\n中国气象局发布暴雨蓝色预警,请注意防范。", FORWARD, column="预警预防信息",
        scope="事故预警统计救援", answers=("https://www.cma.gov.cn/1", "提醒矿山企业防范"),
    )  # fmt: skip
    desk.taps("shenmi", "可以公开并确认", number=number)
    desk.taps("zhouzhuren", "同意并确认", number=number)
    desk.later(minutes=7)
    desk.says("zhengli", f"已转发 {number}\n{LINKS}")


WALKS: dict[str, Walk] = {
    walk.__name__: walk for walk in (policy, campaign, answer, rescue, accident, business, forward)
}


def pressed(desk: Desk, card: dict[str, Any], user: str, label: str) -> None:
    """A tap that reaches the bot although the card may have been changed meanwhile."""
    key = next(button["key"] for button in card["button_list"] if button["text"] == label)
    fields = {
        "Event": "template_card_event", "EventKey": key, "TaskId": card["task_id"], "CardType": card["card_type"],
        "ResponseCode": "an-old-code",
    }  # fmt: skip
    desk.platform.post("event", user=user, fields=fields)
    desk.bot.settle()


# ---- what is left ---------------------------------------------------------------------------------------------------


@contextmanager
def books(desk: Desk) -> Iterator[Reader]:
    """The database as it stands, on a connection of its own."""
    with reading(desk.config().storage.path) as db:
        yield Reader(db, desk.org)


def end_state(desk: Desk) -> dict[str, Any]:
    """Everything that must not depend on repeats, restarts and crashes."""
    with books(desk) as store:
        items = sorted(store.items(limit=1000), key=lambda item: item.id)
        return {
            "items": [_item(item) for item in items],
            "versions": [(item.number, [_version(v) for v in store.versions(item.id)]) for item in items],
            "moves": [(item.number, [_move(m) for m in store.moves(item.id)]) for item in items],
            "filings": [
                (filing.no, filing.item, filing.roles, filing.acknowledged_by)
                for item in items
                if (filing := store.filing(item.id))
            ],
            "accounts": [(a, store.account_changes(a.id)) for a in map(_account, store.accounts())],
            "deadlines": sorted((d.key, d.due_at, bool(d.closed_at)) for i in items for d in store.deadlines(i.id)),
            "waiting": sorted(row.key for row in store.open_deadlines()),
            "record": [(a.actor, a.role, a.action, a.item, a.version, a.detail) for a in store.audit(limit=10_000)],
            "phones": {person: phone(desk, person) for person in dict.fromkeys(s.userid for s in desk.seats)},
        }


def _item(item: Item) -> tuple[Any, ...]:
    return (
        item.number, item.state, item.flow and item.flow.id, item.position, item.round, item.unit, item.author,
        item.column, item.scope, item.scope_reason, item.channels, item.ticks, item.form, item.explained,
        item.platforms, [(x.platform, x.url, x.omitted, x.by) for x in item.links], item.filing_no,
        bool(item.approved_at), bool(item.published_at), item.units, item.lap, item.named, item.account, item.period,
        item.about, item.plan, item.batch, [(f.kind, f.sha) for f in item.files],
        item.held, item.seq,
    )  # fmt: skip


def _account(account: Account) -> Account:
    """Without the minute at which it came into use: a crash makes that later."""
    return replace(account, opened_at=None)


def _version(version: Version) -> tuple[Any, ...]:
    return version.no, version.text, version.fingerprint, version.by


def _move(move: Move) -> tuple[Any, ...]:
    return (
        move.step, move.round, move.version, move.fingerprint, move.actor, move.role, move.acting_for, move.decision,
        move.reason, move.form, move.unit, move.lap,
    )  # fmt: skip


def phone(desk: Desk, person: str) -> dict[str, list[Any]]:
    """Texts, files and cards of one phone, each kind in its order."""
    received = desk.platform.received(person)
    return {
        "texts": [local(m["content"]) for m in received if m["type"] == "text"],
        "files": [m["file_name"] for m in received if m["type"] not in ("text", "template_card")],
        "cards": [card_face(m["card"], recalled=m["recalled"]) for m in received if m["type"] == "template_card"],
    }


def card_face(card: dict[str, Any], *, recalled: bool = False) -> tuple[Any, ...]:
    """What a card shows: its title, and how it ended or what can still be tapped."""
    title = card["main_title"]
    buttons = [*card.get("button_list", ()), *([card["submit_button"]] if card.get("submit_button") else ())]
    end = "撤回了" if recalled else card["replaced"] or tuple(button["text"] for button in buttons)
    return title["title"], title.get("desc", ""), end


def local(text: str) -> str:
    """Without the port of this run."""
    return re.sub(r"http://127\.0\.0\.1:\d+", "http://bot", text)


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Where two ends differ, one line each."""
    if type(one) is type(other) and isinstance(one, dict):
        return [line for key in one | other for line in differences(one.get(key), other.get(key), f"{where}/{key}")]
    if type(one) is type(other) and isinstance(one, list | tuple) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [line for n, (a, b) in pairs for line in differences(a, b, f"{where}/{n}")]
    return [] if one == other else [f"{where}: {one!r} ≠ {other!r}"]


def timeless(value: Any) -> Any:
    """The same without hours and minutes: for walks that a crash has made longer."""
    if isinstance(value, str):
        value = re.sub(r"(?:\d+ 小时 )?\d+ 分(?!钟)|\d+ 分钟", "m 分", value)
        value = re.sub(r"\d+月\d+日 \d\d:\d\d|\d\d:\d\d", "hh:mm", value)
        return re.sub(r"\d+\.\d 小时|\d+ 天", "h 小时", value)
    if isinstance(value, dict):
        return {key: timeless(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(timeless(entry) for entry in value)
    return value


def flaws(desk: Desk) -> list[dict[str, Any]]:
    """What the platform complained of; a bot that was ended on purpose (desk.ended) could not answer meanwhile."""
    forgiven = {"callback_unanswered", "callback_status"} if getattr(desk, "ended", False) else set()
    return [note for note in desk.platform.violations() if note["kind"] not in forgiven]
