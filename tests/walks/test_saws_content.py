"""内容: 名称、字数、栏目、范围、禁止内容、依据、保密审查(国家安全监管总局办法 三、四), walked from phone to phone.

李敏 is the 信息员 of 监管一司, 何平 its 保密审查员, 刘洋 its head, 张伟 its publisher; 王芳 sits in 宣教办.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import reading
from bot.clock import BEIJING
from storage.read import AuditRow, Reader
from tests.walks.desk import CORP, Desk

BUSINESS = "业务活动、安全生产知识、应急知识"
POLICY = "政策征求意见、印发的重要文件"
WEIBO, WEIXIN, BOTH = "政务微博", "政务微信", "政务微博+政务微信"
COLUMNS = ["信息发布", "新闻链接", "生产安全百科", "预警预防信息"]
TITLE = "冬季用电安全知识十二个字"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")
MOV = bytes.fromhex("00000014667479707174202000000000717420200000000877696465")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk
        assert desk.platform.violations() == []


def moment(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=BEIJING)


def text_of(chars: int) -> str:
    """A draft that counts exactly so many 字: twelve in the title, the rest in the body, the last a 。"""
    return f"{TITLE}\n{'安' * (chars - len(TITLE) - 1)}。"


def last(desk: Desk, user: str) -> str:
    return desk.texts(user)[-1]


def options(desk: Desk, user: str, title: str) -> list[str]:
    """What the newest card of this person offers under this heading."""
    card = desk.cards(user)[-1]
    return next([o["text"] for o in s["option_list"]] for s in card["select_list"] if s["title"] == title)


def audit(desk: Desk, item: int | None = None) -> tuple[AuditRow, ...]:
    with reading(desk.config().storage.path) as db:
        return Reader(db, CORP).audit(item)


def column_of(desk: Desk, item: int) -> str:
    with reading(desk.config().storage.path) as db:
        kept = Reader(db, CORP).item(item)
    assert kept is not None
    return kept.column


def cleared(desk: Desk, number: str) -> None:
    """何平 concludes 可以公开 on an item without findings."""
    desk.taps("heping", "可以公开并确认", number=number)


# ---- R1: 账号名称 ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R1")
def test_only_the_two_registered_accounts_can_be_chosen(desk: Desk) -> None:
    """三: 政务微博“安全监管总局”、政务微信“安全贝贝”; 起草时只能选这两个账号, 没有别的。"""
    desk.says("limin", f"{TITLE}\n正文。")

    assert options(desk, "limin", "渠道") == ["请选择", BOTH, "政务微博 · 安全监管总局", "政务微信 · 安全贝贝"]


@pytest.mark.rule("saws-R1")
@pytest.mark.parametrize(
    ("channels", "header"),
    [(WEIBO, "政务微博 · 安全监管总局"), (WEIXIN, "政务微信 · 安全贝贝"), (BOTH, "安全监管总局、安全贝贝")],
)
def test_every_card_is_headed_by_the_account(desk: Desk, channels: str, header: str) -> None:
    """三: 审核和发布的卡片, 抬头就是账号名称, 不会发错账号。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS, channels=channels)
    cleared(desk, number)
    desk.taps("liuyang", "同意并确认", number=number)

    for user in ("heping", "liuyang", "zhangwei"):
        assert desk.card(user, number)["source"]["desc"] == header


# ---- R9: 字数 --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R9")
def test_141_characters_are_refused_for_weibo_and_pass_for_weixin(desk: Desk) -> None:
    """四(一): 每条微博最多140字(含标题及标点符号); 标题12字、正文129字共141字, 微博不能送审, 微信可以。"""
    reply = desk.says("limin", text_of(141))
    assert "政务微博 141/140 字" in reply and "政务微信 141/680 字" in reply
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道=WEIBO, 栏目="信息发布")
    desk.taps("limin", "送审", 内容范围="法规文件工作活动")

    assert "共141字，超出1字" in last(desk, "limin")
    assert desk.cards("heping") == []
    assert "已送保密审查" in desk.says("limin", "只发微信")
    assert desk.card("heping")["source"]["desc"] == "政务微信 · 安全贝贝"


@pytest.mark.rule("saws-R9")
@pytest.mark.parametrize(
    ("channels", "chars", "over"),
    [
        (WEIBO, 140, ""), (WEIBO, 141, "共141字，超出1字"),
        (WEIXIN, 680, ""), (WEIXIN, 681, "共681字，超出1字"),
        (BOTH, 140, ""), (BOTH, 141, "共141字，超出1字"), (BOTH, 682, "共682字，超出2字"),
    ],
)  # fmt: skip
def test_the_limits_themselves_pass_and_one_more_does_not(desk: Desk, channels: str, chars: int, over: str) -> None:
    """四(一): 140字、680字本身可以, 多一字不行; 两个渠道同时发, 每个都要合格。"""
    number = desk.submits("limin", text_of(chars), BUSINESS, channels=channels)

    assert ("已送保密审查" in last(desk, "limin")) is (over == "")
    assert over in last(desk, "limin")
    assert [c["task_id"][:4] for c in desk.cards("heping")] == ([number] if not over else [])


@pytest.mark.rule("saws-R9")
@pytest.mark.parametrize(
    ("tail", "counted"),
    [("2025", 140), ("2025年", 141), ("12,", 140), ("\n\n甲乙", 140), ("https://example.gov.cn/a/b/c", 148)],
)
def test_half_width_counts_half_and_a_line_break_nothing(desk: Desk, tail: str, counted: int) -> None:
    """四(一)、A14、A15: 汉字和全角标点1字, 半角字母数字半字合计进位, 换行不计, 链接10字。"""
    reply = desk.says("limin", text_of(138) + tail)

    assert f"政务微博 {counted}/140 字" in reply


@pytest.mark.rule("saws-R9")
def test_too_long_for_both_offers_the_channel_that_fits(desk: Desk) -> None:
    """四(一): 微博超出而微信不超, 可以只发微信; 提示里写明回复什么。"""
    desk.submits("limin", text_of(200), BUSINESS, channels=BOTH)
    assert "共200字，超出60字" in last(desk, "limin")
    assert "只发政务微信" in last(desk, "limin")

    assert "已送保密审查" in desk.says("limin", "只发政务微信")
    assert "政务微信 200/680 字" in last(desk, "heping")
    assert "微博" not in last(desk, "heping")


@pytest.mark.rule("saws-R9")
def test_a_shortened_text_sent_at_once_replaces_the_long_one(desk: Desk) -> None:
    """四(一): 超出后把删减好的全文重发, 就是新的全文, 不会接在旧文后面; 每次改动都重新计字。"""
    number = desk.submits("limin", text_of(681), BUSINESS, channels=WEIXIN)
    desk.later(minutes=1)
    assert "政务微信 680/680 字" in desk.says("limin", text_of(680))

    assert "已送保密审查" in desk.says("limin", f"送审 {number}")


@pytest.mark.rule("saws-R9")
def test_a_returned_text_is_counted_again(desk: Desk) -> None:
    """四(一): 退回后改长了, 照样不能送审。"""
    number = desk.submits("limin", text_of(140), BUSINESS, channels=WEIBO)
    desk.says("heping", f"不予公开 {number} 企业核心参数应删去")
    desk.later(minutes=1)
    desk.says("limin", text_of(141))
    desk.taps("limin", "送审", number=number)

    assert "共141字，超出1字" in last(desk, "limin")
    assert "可以公开并确认" not in desk.live("heping")


@pytest.mark.rule("saws-R9")
def test_a_text_changed_under_review_is_counted_again(desk: Desk) -> None:
    """四(一): 审核当中改稿也要重新计字, 改长了就停在起草人手里。"""
    number = desk.submits("limin", text_of(140), BUSINESS, channels=WEIBO)
    assert "从头再审" in desk.says("limin", f"改 {number}")
    desk.says("limin", text_of(150))

    assert "共150字，超出10字" in desk.says("limin", f"送审 {number}")
    assert desk.live("heping") == []


@pytest.mark.rule("saws-R9")
def test_the_parts_of_a_long_text_are_joined_and_counted_together(desk: Desk) -> None:
    """四(一): 一条消息放不下的长文, 后一段自动接上, 句中断开的地方不另起一行, 字数合计。"""
    assert "政务微信 652/680 字" in desk.says("limin", f"{TITLE}\n{'安' * 640}")
    assert "政务微信 663/680 字" in (reply := desk.says("limin", "全生产人人有责记心间。"))
    assert "已接在后面" in reply and "替换" not in reply

    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道=WEIXIN, 栏目="信息发布")
    desk.taps("limin", "送审", 内容范围="法规文件工作活动")
    shown = "".join(desk.texts("heping"))
    assert "安全生产人人有责记心间。" in shown


@pytest.mark.rule("saws-R9")
def test_a_short_further_text_is_never_guessed(desk: Desk) -> None:
    """四(一): 又来一段不相干的文字, 先问是接在后面、替换全文还是另起新稿。"""
    desk.says("limin", f"{TITLE}\n取暖设备不要长时间无人看管。")
    desk.says("limin", "汛期尾矿库巡查要点\n坝体、排洪设施每日巡查一次。")
    assert desk.live("limin")[-3:] == ["接在后面", "替换全文", "另起新稿"]
    desk.taps("limin", "接在后面")

    assert "已接在后面" in last(desk, "limin")
    assert "政务微博 49/140 字" in last(desk, "limin")


# ---- R10: 栏目 -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R10")
def test_a_draft_needs_one_of_the_four_columns(desk: Desk) -> None:
    """四(二): 初期四个栏目; 每条必须选一个, 停在“请选择”上不能往下走。"""
    desk.says("limin", f"{TITLE}\n正文。")
    assert options(desk, "limin", "栏目") == ["请选择", *COLUMNS]
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道=WEIBO, 栏目="请选择")

    assert "还没有选栏目" in last(desk, "limin")
    assert all(column in last(desk, "limin") for column in COLUMNS)
    assert "送审" not in desk.live("limin")
    desk.later(minutes=1)
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道=WEIBO, 栏目="新闻链接")
    assert "送审" in desk.live("limin")


@pytest.mark.rule("saws-R10")
@pytest.mark.parametrize(("left", "said"), [("类别", "还没有选类别"), ("渠道", "还没有选渠道")])
def test_nothing_is_chosen_by_accident(desk: Desk, left: str, said: str) -> None:
    """四(二): 类别、渠道同样要自己选; “请选择”不算选了。"""
    desk.says("limin", f"{TITLE}\n正文。")
    chosen = {"类别": BUSINESS, "渠道": WEIBO, "栏目": "信息发布"} | {left: "请选择"}
    desk.taps("limin", "下一步", **chosen)

    assert said in last(desk, "limin")
    assert "送审" not in desk.live("limin")


@pytest.mark.rule("saws-R10")
def test_a_column_added_in_april_leaves_march_as_it_was(desk: Desk) -> None:
    """四(二): 及时对栏目划分进行调整; 4月1日增加“典型事故案例”, 从当天起可选, 3月的稿件栏目不变。"""
    march = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS, column="生产安全百科")
    desk.now(moment(4, 1))
    assert "典型事故案例" in desk.says("wangfang", "栏目 增加 典型事故案例")
    april = desk.submits("limin", "某矿透水事故案例\n教训深刻。", BUSINESS, column="典型事故案例")

    assert "栏目：典型事故案例" in last(desk, "heping")
    assert (column_of(desk, int(march)), column_of(desk, int(april))) == ("生产安全百科", "典型事故案例")
    change = next(row for row in audit(desk) if row.action == "调整栏目")
    assert (change.actor, change.at) == ("wangfang", moment(4, 1))
    assert "预警预防信息 → 信息发布" in change.detail and change.detail.endswith("典型事故案例")


@pytest.mark.rule("saws-R10")
def test_a_renamed_column_keeps_its_old_name_on_old_posts(desk: Desk) -> None:
    """四(二): 栏目改名后, 已有稿件用旧名走完, 退回重送也不用重选; 新稿只见新名。"""
    old = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS, column="信息发布")
    assert "信息公开" in desk.says("wangfang", "栏目 改名 信息发布 为 信息公开")
    desk.says("heping", f"不予公开 {old} 企业核心参数应删去")
    desk.says("limin", f"{TITLE}\n正文已删改。")
    desk.taps("limin", "送审", number=old)

    assert "已送保密审查" in last(desk, "limin")
    assert "栏目：信息发布" in last(desk, "heping")
    desk.says("limin", "汛期尾矿库巡查要点\n坝体每日巡查。")
    assert options(desk, "limin", "栏目")[1:] == ["信息公开", *COLUMNS[1:]]


@pytest.mark.rule("saws-R10")
def test_a_retired_column_can_no_longer_be_chosen(desk: Desk) -> None:
    """四(二): 停用的栏目不再出现; 还没送审的稿件要另选, 恢复后又可以用。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS, column="新闻链接", scope="其他")
    desk.says("wangfang", "栏目 停用 新闻链接")

    assert "还没有选栏目" in desk.says("limin", f"送审 {number}")
    assert options(desk, "limin", "栏目") == ["请选择", "信息发布", "生产安全百科", "预警预防信息"]
    assert "新闻链接" in desk.says("wangfang", "栏目 恢复 新闻链接")
    assert "请用一句话说明理由" in desk.says("limin", f"送审 {number}")


@pytest.mark.rule("saws-R10")
@pytest.mark.parametrize("said", ["栏目 增加 典型事故案例", "栏目 停用 新闻链接", "栏目 改名 信息发布 为 信息公开"])
def test_only_the_central_office_adjusts_columns(desk: Desk, said: str) -> None:
    """四(二): 栏目由宣教办调整, 别人改不了, 拒绝留痕。"""
    assert "归口部门" in desk.says("limin", said)

    assert f"栏目：{'、'.join(COLUMNS)}。" in desk.says("limin", "栏目")
    assert [row.actor for row in audit(desk) if row.action == "拒绝调整"] == ["limin"]


@pytest.mark.rule("saws-R10")
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("栏目 增加 信息发布", "已有栏目“信息发布”"),
        ("栏目 停用 典型案例", "没有栏目“典型案例”"),
        ("栏目 改名 新闻链接 为 信息发布", "已有栏目“信息发布”"),
    ],
)
def test_a_wrong_change_of_columns_is_refused(desk: Desk, said: str, why: str) -> None:
    """四(二): 重名、不存在的栏目, 说明原因, 不作改动。"""
    assert why in desk.says("wangfang", said)
    assert "、".join(COLUMNS) in desk.says("wangfang", "栏目")


# ---- R11: 内容范围 ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R11")
def test_without_a_kind_of_content_nothing_is_submitted(desk: Desk) -> None:
    """四(三): 信息内容包括五类; “关于某网传爆炸消息的说明”没选范围不能送审, 选了“回应澄清”可以。"""
    desk.says("limin", "关于某网传爆炸消息的说明\n经核实,网传消息不实。")
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道=WEIBO, 栏目="信息发布")
    assert options(desk, "limin", "内容范围") == [
        "请选择", "新进展新成效", "法规文件工作活动", "事故预警统计救援", "回应澄清", "其他",
    ]  # fmt: skip
    desk.taps("limin", "送审", 内容范围="请选择")
    assert "还没有选内容范围" in last(desk, "limin")
    assert desk.cards("heping") == []

    desk.later(minutes=1)
    desk.taps("limin", "送审", 内容范围="回应澄清")
    assert "内容范围：对不实报道、谣言及其他不良言论的回应和澄清" in last(desk, "heping")


@pytest.mark.rule("saws-R11")
def test_other_content_needs_a_sentence(desk: Desk) -> None:
    """四(三)5: 选“其他”须用一句话说明, 审核人看得到这句话。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS, scope="其他")
    assert "请用一句话说明理由" in last(desk, "limin")
    assert desk.cards("heping") == []

    assert "已送保密审查" in desk.says("limin", "配合全国安全宣传咨询日")
    assert "内容范围：需要发布、回复或转发的其他事项（配合全国安全宣传咨询日）" in last(desk, "heping")
    assert desk.card("heping")["task_id"].startswith(number)


@pytest.mark.rule("saws-R11")
def test_the_kind_can_be_changed_instead_of_explained(desk: Desk) -> None:
    """四(三): 选错了“其他”, 换成别的范围即可, 不再要理由。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS, scope="其他")
    desk.later(minutes=1)
    desk.taps("limin", "送审", number=number, 内容范围="新进展新成效")

    assert "已送保密审查" in last(desk, "limin")
    assert "新进展、新成效" in last(desk, "heping") and "其他事项" not in last(desk, "heping")


# ---- R12: 禁止内容 ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R12")
def test_the_seven_prohibitions_are_shown_to_every_checker(desk: Desk) -> None:
    """四(四): 七项禁止内容, 每个审核环节都列出; 没有提示词时, 一点“同意并确认”就是确认未见, 留痕。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS)
    cleared(desk, number)
    desk.taps("liuyang", "同意并确认", number=number)

    for user in ("heping", "liuyang"):
        notice = next(t for t in desk.texts(user) if "禁止发布的内容" in t)
        assert "泄露国家秘密" in notice and "7.法律法规禁止发布的其他内容" in notice
        assert "即确认未见上列内容" in notice
    with reading(desk.config().storage.path) as db:
        moves = Reader(db, CORP).moves(int(number))
    assert [m.form.get("未见禁止发布内容") for m in moves if m.actor in ("heping", "liuyang")] == ["已确认", "已确认"]


@pytest.mark.rule("saws-R12")
def test_a_listed_word_stops_submission_until_it_is_explained(desk: Desk) -> None:
    """四(四)1: 稿件有“内部通报(未公开)”, 指出涉及第1项, 不改不说明不能送审; 说明给审核人看。"""
    reply = desk.says("limin", "事故情况\n据内部通报(未公开),已处理3人。")
    assert "“内部通报(未公开)”涉及禁止发布内容第1项" in reply
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道=WEIBO, 栏目="信息发布")
    desk.taps("limin", "送审", 内容范围="法规文件工作活动")
    assert "第1项：违反宪法基本原则" in last(desk, "limin")
    assert desk.cards("heping") == []

    assert "已送保密审查" in desk.says("limin", "说明 该通报已于3月10日公开")
    assert "起草人对“内部通报(未公开)”的说明：该通报已于3月10日公开" in last(desk, "heping")
    rows = {r["keyname"]: r["value"] for r in desk.card("heping")["horizontal_content_list"]}
    assert rows["检查"] == "“内部通报(未公开)”涉及禁止发布内容第1项"


@pytest.mark.rule("saws-R12")
def test_the_word_removed_is_no_longer_asked_about(desk: Desk) -> None:
    """四(四): 把提示词删掉重发, 就不再拦。"""
    number = desk.submits("limin", "事故情况\n据内部通报(未公开),已处理3人。", BUSINESS)
    assert "未见问题" in desk.says("limin", "事故情况\n据公开通报,已处理3人。")
    desk.taps("limin", "下一步", number=number)
    desk.taps("limin", "送审", number=number)

    assert "已送保密审查" in last(desk, "limin")
    assert "可以公开并确认" in desk.live("heping", number)


@pytest.mark.rule("saws-R12")
@pytest.mark.parametrize(
    "written", ["内 部 通 报 ( 未 公 开 )", "内部通报（未公开）", "內部通報(未公開)", "内部\n通报(未公开)"]
)
def test_blanks_full_width_and_traditional_forms_do_not_hide_a_word(desk: Desk, written: str) -> None:
    """四(四): 加空格、换全角、写繁体、断行, 照样查得出。"""
    assert "涉及禁止发布内容第1项" in desk.says("limin", f"事故情况\n据{written},已处理3人。")


def with_hit(desk: Desk) -> str:
    return desk.submits("limin", "事故情况\n据内部通报(未公开),已处理3人。", BUSINESS, answers=["说明 该通报已公开"])


@pytest.mark.rule("saws-R12")
def test_with_a_hit_the_list_is_confirmed_by_a_tap_before_passing(desk: Desk) -> None:
    """四(四): 有提示词的稿件, 审核人不先点“确认未见”, 可以公开和审定都被拒绝; 每个审核人各确认一次。"""
    number = with_hit(desk)
    for minute, (user, passing) in enumerate((("heping", "可以公开"), ("liuyang", "同意"))):
        assert desk.live(user, number)[:2] == ["确认未见", passing]
        desk.taps(user, passing, number=number)
        assert "请先点“确认未见”" in last(desk, user)
        desk.now(moment(3, 17, 10, minute))
        desk.taps(user, "确认未见", number=number)
        assert "确认未见" not in desk.live(user, number)
        desk.taps(user, passing, number=number)
        assert passing not in desk.live(user, number)

    assert "已发布" in desk.live("zhangwei", number)
    confirmed = [row.actor for row in audit(desk, int(number)) if row.action == "确认未见禁止发布内容"]
    assert confirmed == ["heping", "liuyang"]


@pytest.mark.rule("saws-R12")
def test_with_a_hit_the_list_is_confirmed_by_typing_before_passing(desk: Desk) -> None:
    """四(四): 打字办理也一样: 先“确认 0001”, 后“同意 0001”。"""
    number = with_hit(desk)
    assert "请先点“确认未见”" in desk.says("heping", f"可以公开 {number}")
    assert "已记" in desk.says("heping", f"确认 {number}")
    assert desk.says("heping", f"可以公开 {number}") == f"{number} 可以公开。"
    assert "请先点“确认未见”" in desk.says("liuyang", f"同意 {number}")
    assert desk.live("zhangwei") == []
    assert "已记" in desk.says("liuyang", f"确认未见 {number}")

    assert desk.says("liuyang", f"同意 {number}") == f"{number} 已同意。"
    assert "已发布" in desk.live("zhangwei", number)


@pytest.mark.rule("saws-R12")
def test_a_confirmation_holds_for_one_version_only(desk: Desk) -> None:
    """四(四): 确认只管看过的那一版; 改稿后要重新确认。"""
    number = with_hit(desk)
    desk.says("heping", f"确认 {number}")
    desk.says("limin", f"改 {number}")
    desk.says("limin", "事故情况\n据内部通报(未公开),已处理4人。")
    desk.says("limin", f"送审 {number}")

    assert "请先点“确认未见”" in desk.says("heping", f"可以公开 {number}")


@pytest.mark.rule("saws-R12")
def test_a_word_of_tone_warns_and_does_not_stop(desk: Desk) -> None:
    """四(四): 语气提示只提醒, 不算禁止内容, 不拦送审也不另要确认。"""
    assert "“别问了”（语气）" in desk.says("limin", f"{TITLE}\n这事别问了。")
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道=WEIBO, 栏目="信息发布")
    desk.taps("limin", "送审", 内容范围="法规文件工作活动")

    assert "“别问了”（语气）" in last(desk, "heping")
    assert desk.live("heping")[0] == "可以公开并确认"


# ---- R13: 未经确认、未经审定的事项 --------------------------------------------------------------------------------


@pytest.mark.rule("saws-R13")
def test_an_unissued_rule_needs_a_number_or_a_public_consultation(desk: Desk) -> None:
    """四(四)6: 未经审定的行政管理事项不得发布(公开征求意见的除外); 没有文号也没有征求意见编号, 不能送审。"""
    desk.submits("limin", "新规预告\n总局拟出台煤矿安全新规。", BUSINESS)
    assert "“拟出台”" in last(desk, "limin") and "第6项" in last(desk, "limin")
    assert "未审定的事项不能发布" in last(desk, "limin")
    assert desk.cards("heping") == []

    assert "已送保密审查" in desk.says("limin", "公开征求意见 2025年第3号")
    assert "公开征求意见：2025年第3号" in last(desk, "heping")


@pytest.mark.rule("saws-R13")
@pytest.mark.parametrize("answer", ["公开征求意见", "公开征求意见：", "领导口头同意", "已经确定"])
def test_what_is_no_basis_does_not_pass(desk: Desk, answer: str) -> None:
    """四(四)6: 只说“公开征求意见”没有编号, 或者一句口头的话, 都不算依据。"""
    desk.submits("limin", "新规预告\n总局拟出台煤矿安全新规。", BUSINESS)

    assert "编号" in desk.says("limin", answer)
    assert desk.cards("heping") == []
    assert "已送保密审查" in desk.says("limin", "公开征求意见 2025年第3号")


@pytest.mark.rule("saws-R13")
@pytest.mark.parametrize("answer", ["安监总办〔2025〕12号", "文号 安监总办〔2025〕12号"])
def test_a_document_number_is_a_basis(desk: Desk, answer: str) -> None:
    """四(四)6: 写明文号的, 是经过审定的事项。"""
    desk.submits("limin", "新规预告\n总局拟出台煤矿安全新规。", BUSINESS)

    assert "已送保密审查" in desk.says("limin", answer)
    assert "文号：安监总办〔2025〕12号" in last(desk, "heping")


@pytest.mark.rule("saws-R13")
def test_the_policy_flow_takes_a_consultation_number_for_the_document_number(desk: Desk) -> None:
    """四(四)6、五(一)1: 征求意见类没有文号, 写公开征求意见的编号即可, 付印日期仍须填。"""
    desk.submits("limin", "征求意见公告\n就安全生产办法征求意见。", POLICY, answers=["公开征求意见 2025年第3号"])
    assert "付印日期" in last(desk, "limin")

    assert "已送保密审查" in desk.says("limin", "3月14日")


@pytest.mark.rule("saws-R13")
def test_a_basis_does_not_replace_the_checkers_confirmation(desk: Desk) -> None:
    """四(四): 写了依据, 审核人仍要确认未见禁止内容。"""
    number = desk.submits("limin", "新规预告\n总局拟出台新规。", BUSINESS, answers=["安监总办〔2025〕12号"])

    assert "请先点“确认未见”" in desk.says("heping", f"可以公开 {number}")


# ---- R15: 保密审查 ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R15")
def test_not_to_be_disclosed_goes_back_with_its_reason_and_is_on_record(desk: Desk) -> None:
    """四(五): 何平因出现企业核心参数不予公开, 稿件退李敏, 并有信息公开保密审查记录。"""
    number = desk.submits("limin", f"{TITLE}\n某厂核心参数为0.73。", BUSINESS)
    desk.now(moment(3, 17, 9, 40))
    desk.says("heping", f"不予公开 {number} 出现企业核心参数")

    assert f"{number}《{TITLE}》保密审查未通过（何平，不予公开）：出现企业核心参数。" in last(desk, "limin")
    assert desk.live("liuyang") == []
    record = desk.says("heping", f"记录 {number}")
    assert "【信息公开保密审查记录】" in record
    assert "审查人：何平 时间：3月17日 09:40" in record
    assert "结论：不予公开 理由：出现企业核心参数" in record


@pytest.mark.rule("saws-R15")
def test_tapping_not_to_be_disclosed_asks_for_the_reason(desk: Desk) -> None:
    """四(五): 点“不予公开”选“其他”, 再回复理由; 不回复理由就还没有退。"""
    number = desk.submits("limin", f"{TITLE}\n某厂核心参数为0.73。", BUSINESS)
    desk.taps("heping", "不予公开", number=number, 不予公开原因="其他（回复说明）")
    assert "请回复" in last(desk, "heping") and "算了" in last(desk, "heping")
    assert "保密审查" in desk.says("limin", f"进度 {number}")

    assert desk.says("heping", "出现企业核心参数") == f"{number} 不予公开。"
    assert "出现企业核心参数" in last(desk, "limin")


@pytest.mark.rule("saws-R15")
def test_a_preset_reason_returns_with_one_tap(desk: Desk) -> None:
    """四(五): 选好原因点一下就退回, 理由照写。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS)
    desk.taps("heping", "不予公开", number=number, 不予公开原因="涉及商业秘密")

    assert "保密审查未通过（何平，不予公开）：涉及商业秘密" in last(desk, "limin")


@pytest.mark.rule("saws-R15")
def test_asking_above_keeps_the_item_until_the_conclusion(desk: Desk) -> None:
    """四(五): 结论拿不准的先“请示”, 稿件不往下走; 有了答复再作结论, 两次都在记录里。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS)
    answer = desk.says("heping", f"请示 {number} 是否属于内部数据,报保密办")
    assert answer == f"{number} 已请示，仍由您办理，有结论后请点新卡片。"
    assert "正在请示（保密审查）：是否属于内部数据" in last(desk, "limin")
    assert desk.live("liuyang") == []
    desk.now(moment(3, 18, 10, 5))
    desk.taps("heping", "可以公开并确认", number=number)

    assert "同意并确认" in desk.live("liuyang", number)
    record = desk.says("heping", f"记录 {number}")
    assert "结论：请示 理由：是否属于内部数据" in record
    assert "时间：3月18日 10:05\n结论：可以公开" in record


@pytest.mark.rule("saws-R15")
def test_asking_above_by_tap_needs_its_subject(desk: Desk) -> None:
    """四(五): 点“请示”要写清请示什么。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS)
    desk.taps("heping", "请示", number=number)
    assert "请回复" in last(desk, "heping")

    assert desk.says("heping", "数据能否公开") == f"{number} 已请示，仍由您办理，有结论后请点新卡片。"
    assert "可以公开并确认" in desk.live("heping", number)


@pytest.mark.rule("saws-R15")
def test_nothing_goes_further_before_the_review(desk: Desk) -> None:
    """四(五): 保密审查之前, 审定人没有卡片, 打字同意也不行; 发布更不行。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS)

    assert desk.cards("liuyang") == []
    assert "由何平办理" in desk.says("liuyang", f"同意 {number}")
    assert "未经审核的信息不得发布" in desk.says("zhangwei", f"已发布 {number}")
    assert "还没有审查结论" in desk.says("limin", f"记录 {number}")


@pytest.mark.rule("saws-R15")
def test_a_new_version_is_reviewed_anew(desk: Desk) -> None:
    """四(五): 审查结论只管那一版; 改稿后重新保密审查, 旧结论留在记录里。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS)
    cleared(desk, number)
    desk.says("limin", f"改 {number}")
    desk.says("limin", f"{TITLE}\n正文改了一个数。")
    desk.later(minutes=1)
    desk.says("limin", f"送审 {number}")

    assert desk.live("liuyang") == []
    cleared(desk, number)
    record = desk.says("heping", f"记录 {number}")
    assert "第1版" in record and "第2版" in record and record.count("结论：可以公开") == 2


# ---- pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R5")
def test_pictures_before_and_after_the_text_reach_the_checker(desk: Desk) -> None:
    """二、四: 图片先发后发都算这篇稿件; 说明张数、大小、格式, 审核人收到图。"""
    assert "请接着发稿件正文" in desk.sends("limin", "image", "a.jpg", JPEG)
    assert "带图片或视频 1 个" in desk.says("limin", f"{TITLE}\n正文。")
    desk.sends("limin", "image", "b.png", PNG)
    assert last(desk, "limin") == "0001 已加图片 2/9，33 B，PNG。"
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道=WEIBO, 栏目="信息发布")
    desk.taps("limin", "送审", 内容范围="法规文件工作活动")

    kinds = [m["type"] for m in desk.platform.received("heping")]
    assert kinds == ["text", "image", "image", "template_card"]
    assert "配图/视频 2 个" in last(desk, "heping")


@pytest.mark.rule("saws-R5")
def test_a_wrong_format_is_named_and_can_be_taken_off(desk: Desk) -> None:
    """二、四: 不是规定格式的视频, 说明是什么格式; 不去掉不能送审, 回复“去掉”后可以。"""
    desk.says("limin", f"{TITLE}\n正文。")
    desk.sends("limin", "video", "a.mp4", MOV)
    assert "视频是MOV" in last(desk, "limin")
    desk.taps("limin", "下一步", 类别=BUSINESS, 渠道=WEIBO, 栏目="信息发布")
    desk.taps("limin", "送审", 内容范围="法规文件工作活动")
    assert "不合要求" in last(desk, "limin")
    assert desk.cards("heping") == []

    assert "已送保密审查" in desk.says("limin", "去掉")
    assert [m["type"] for m in desk.platform.received("heping")] == ["text", "template_card"]


@pytest.mark.rule("saws-R5")
def test_taking_off_a_wrong_file_before_submitting_submits_nothing(desk: Desk) -> None:
    """二、四: 退回后发错了格式, 回复“去掉”只是去掉, 不会替起草人送审。"""
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS)
    desk.says("heping", f"不予公开 {number} 企业核心参数应删去")
    desk.sends("limin", "video", "a.mp4", MOV)

    assert desk.says("limin", "去掉") == f"{number} 已去掉 1 个图片或视频，还有 0 个。"
    assert desk.live("heping") == []
    assert "还没有重新送审" in desk.says("limin", f"进度 {number}")


@pytest.mark.rule("saws-R5")
def test_a_picture_is_exchanged_after_a_return(desk: Desk) -> None:
    """二、四: 因“图片需更换”退回的, 去掉原图、另发新图、再送审, 审核人只收到新图。"""
    desk.sends("limin", "image", "old.jpg", JPEG)
    number = desk.submits("limin", f"{TITLE}\n正文。", BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "退回", number=number, 退回原因="图片需更换")
    assert "图片需更换" in last(desk, "limin")
    before = len(desk.platform.received("heping"))
    assert "没有要去掉的这个" in desk.says("limin", "去掉图片 2")
    assert desk.says("limin", "去掉图片 1") == f"{number} 已去掉 1 个图片或视频，还有 0 个。"
    desk.sends("limin", "image", "new.png", PNG)
    assert "已加图片 1/9" in last(desk, "limin")
    assert "已送保密审查" in desk.says("limin", f"送审 {number}")

    assert [m["type"] for m in desk.platform.received("heping")[before:]] == ["text", "image", "template_card"]
    assert "第2版" in last(desk, "heping") and "配图/视频 1 个" in last(desk, "heping")


@pytest.mark.rule("saws-R5")
def test_a_tenth_picture_is_refused(desk: Desk) -> None:
    """二、四: 最多九个图片或视频, 第十个不收。"""
    desk.says("limin", f"{TITLE}\n正文。")
    for n in range(9):
        desk.sends("limin", "image", f"{n}.jpg", JPEG + bytes([n]))
    assert "已加图片 9/9" in last(desk, "limin")

    assert "已有 9 个" in desk.sends("limin", "image", "10.jpg", JPEG + b"x")
