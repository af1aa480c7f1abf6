"""人员和平台: 起草分工、授权发布、发布平台、组织协调(国家安全监管总局办法 二、三、五(一)), walked from phone to phone.

李敏 is the 信息员 of 监管一司, 刘洋 its head, 张伟 its publisher; 王芳 sits in 宣教办; 赵强 has no role.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import reading
from bot.clock import BEIJING
from bot.demo import SAWS_SEATS
from bot.rules.roster import Seat
from storage.read import AuditRow, Reader
from tests.walks.desk import CORP, Desk

BUSINESS = "业务活动、安全生产知识、应急知识"
TITLE = "冬季用电安全小知识"
DRAFT = f"{TITLE}\n取暖设备不要长时间无人看管。"
WEIBO = "政务微博"
XINHUA, RENMIN, TENCENT, SINA = "新华网", "人民网", "腾讯网", "新浪网"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk
        assert desk.platform.violations() == []


def moment(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=BEIJING)


def last(desk: Desk, user: str) -> str:
    return desk.texts(user)[-1]


def audit(desk: Desk, item: int | None = None) -> tuple[AuditRow, ...]:
    with reading(desk.config().storage.path) as db:
        return Reader(db, CORP).audit(item)


def approved(desk: Desk, *, channels: str = WEIBO) -> str:
    """An item of 监管一司 that waits for its publisher; its number."""
    number = desk.submits("limin", DRAFT, BUSINESS, channels=channels)
    desk.taps("heping", "可以公开并确认", number=number)
    desk.taps("liuyang", "同意并确认", number=number)
    return number


def link(platform: str) -> str:
    hosts = {XINHUA: "t.home.news.cn", RENMIN: "t.people.com.cn", TENCENT: "t.qq.com", SINA: "weibo.com"}
    return f"{platform} https://{hosts.get(platform, 'mp.weixin.qq.com')}/1234/abcd"


# ---- R5: 起草分工 ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R5")
def test_somebody_without_the_role_cannot_start_a_draft(desk: Desk) -> None:
    """二: 起草由各单位信息员负责; 应急指挥中心赵强没有角色, 发“起草”被拒, 告诉他找陈静, 宣教办只知会一次。"""
    said = desk.says("zhaoqiang", "起草")
    assert "您还没有角色" in said and "陈静" in said and "宣教办" in said

    desk.says("zhaoqiang", DRAFT)
    assert [t for t in desk.texts("wangfang") if "赵强" in t] == [last(desk, "wangfang")]
    assert desk.cards("zhaoqiang") == []
    assert [row.action for row in audit(desk) if row.actor == "zhaoqiang"] == ["无角色来文", "无角色来文"]


@pytest.mark.rule("saws-R5")
@pytest.mark.parametrize("said", ["起草", "投稿", "写稿"])
def test_a_checker_cannot_start_a_draft(desk: Desk, said: str) -> None:
    """二: 有别的角色也不能起草, 告诉他本单位信息员是谁。"""
    assert desk.says("heping", said) == "您没有起草权限，请找本单位信息员李敏。"
    assert "没有起草权限" in desk.menu("heping", "compose")
    assert "没有起草权限" in desk.sends("heping", "image", "a.jpg", JPEG)


@pytest.mark.rule("saws-R5")
def test_a_checkers_long_text_is_no_draft_and_he_is_told_who_drafts(desk: Desk) -> None:
    """二: 没有起草权限的人发来全文, 不成稿件; 提示找信息员。"""
    said = desk.says("heping", DRAFT)

    assert "没看懂" in said and "李敏" in said
    assert desk.cards("heping") == []


@pytest.mark.rule("saws-R5")
def test_where_a_unit_has_no_informant_the_central_office_helps(desk: Desk) -> None:
    """二: 本单位没有信息员的, 请归口部门指定。"""
    assert "归口部门" in desk.says("zhengli", "起草")


@pytest.mark.rule("saws-R5")
def test_every_item_carries_its_unit_and_drafter(desk: Desk) -> None:
    """二: 每条写明承办单位和起草人; 应急指挥中心的稿不会走到监管一司, 没有人审查就告诉宣教办。"""
    desk.submits("limin", DRAFT, BUSINESS)
    assert "监管一司 李敏 · 第1版" in last(desk, "heping")

    number = desk.submits("chenjing", "值班电话变更\n即日起启用新号码。", BUSINESS)
    told = last(desk, "wangfang")
    assert f"{number}《值班电话变更》到了“保密审查”环节，但应急指挥中心没有可以办理的保密审查员" in told
    assert "应急指挥中心 陈静" in desk.says("wangfang", f"进度 {number}")
    assert desk.live("heping", number) == []


@pytest.mark.rule("saws-R5")
def test_a_stranger_gets_no_answer(desk: Desk) -> None:
    """二: 名册以外的人来文, 不答复、不成稿, 只留痕。"""
    desk.platform.post("people", userid="guest", name="外来", unit="", role="")

    assert desk.says("guest", DRAFT) == ""
    assert desk.says("guest", "待办") == ""
    assert desk.texts("guest") == []
    assert [row.action for row in audit(desk) if row.actor == "guest"] == ["陌生人来文", "陌生人来文"]


@pytest.mark.rule("saws-R5")
def test_a_drafter_changes_a_draft_under_review(desk: Desk) -> None:
    """二: “改 0001”, 再发全文: 旧卡片失效, 新版从头审。"""
    number = desk.submits("limin", DRAFT, BUSINESS)
    assert "改好的全文发来" in desk.says("limin", f"改 {number}")
    assert "第2版" in desk.says("limin", f"{TITLE}\n插座不要超负荷。")
    assert desk.live("heping", number) == []
    desk.taps("limin", "送审", number=number)

    assert "插座不要超负荷。" in last(desk, "heping")
    assert "可以公开并确认" in desk.live("heping", number)


@pytest.mark.rule("saws-R5")
def test_changing_ones_mind_about_a_change_changes_nothing(desk: Desk) -> None:
    """二: 说了“改”又“算了”, 稿件保持原样继续审。"""
    number = desk.submits("limin", DRAFT, BUSINESS)
    desk.says("limin", f"改 {number}")

    assert desk.says("limin", "算了") == f"好的，{number} 保持原样。"
    assert "可以公开并确认" in desk.live("heping", number)


@pytest.mark.rule("saws-R5")
def test_a_drafter_takes_a_draft_back(desk: Desk) -> None:
    """二: “撤回 0001”: 停止审核, 审核人知道不用再办; 别人撤不了。"""
    number = desk.submits("limin", DRAFT, BUSINESS)
    assert "没有您的事项" in desk.says("chenjing", f"撤回 {number}")
    assert desk.says("limin", f"撤回 {number}") == f"{number} 已撤回。"

    assert "起草人已撤回，不用再办" in last(desk, "heping")
    assert desk.live("heping", number) == []
    assert "09:00 撤回。" in desk.says("heping", f"可以公开 {number}")
    assert "已撤回" in desk.says("limin", f"撤回 {number}")


@pytest.mark.rule("saws-R5")
def test_what_has_been_published_cannot_be_taken_back(desk: Desk) -> None:
    """二: 已开始发布的不能撤回, 也不能改。"""
    number = approved(desk)
    desk.says("zhangwei", f"已发布 {number}\n{link(SINA)}")

    assert "已开始发布，不能撤回" in desk.says("limin", f"撤回 {number}")
    assert "不能再改" in desk.says("limin", f"改 {number}")


@pytest.mark.rule("saws-R5")
def test_my_drafts_and_what_waits_for_me_typed_or_by_menu(desk: Desk) -> None:
    """二: “我的稿件”“待办”, 打字和点菜单一样; 每件说明在哪一环节、谁在办。"""
    assert "还没有稿件" in desk.says("limin", "我的稿件")
    assert desk.says("heping", "待办") == "现在没有要您办的。"
    number = desk.submits("limin", DRAFT, BUSINESS)

    mine = desk.says("limin", "我的稿件")
    assert f"{number}《{TITLE}》现在“保密审查”环节，由何平办理" in mine
    assert desk.menu("limin", "mine") == mine
    todo = desk.says("heping", "待办")
    assert f"{number}《{TITLE}》监管一司 待保密审查" in todo
    assert desk.menu("heping", "todo") == todo
    assert "待办 1 件" in todo
    desk.says("heping", f"可以公开 {number}")
    assert desk.says("heping", "待办") == "现在没有要您办的。"


@pytest.mark.rule("saws-R5")
@pytest.mark.parametrize("asked", ["进度 1", "0001", "1", "查 0001"])
def test_progress_names_step_holder_and_what_was_done(desk: Desk, asked: str) -> None:
    """二: 发编号看进度: 现在哪一环节、谁在办、已办经过; 无关的人看不到。"""
    number = desk.submits("limin", DRAFT, BUSINESS)
    desk.taps("heping", "可以公开并确认", number=number)

    said = desk.says("limin", asked)
    assert "现在“审定”环节，由刘洋办理" in said
    assert "3月17日 09:00 何平 保密审查 可以公开（第1版）" in said
    assert desk.says("chenjing", asked) == "没有您可以查看的事项 0001。"


@pytest.mark.rule("saws-R5")
def test_help_says_what_this_person_can_do(desk: Desk) -> None:
    """二: “帮助”按角色说明; 看不懂的话也有出路。"""
    assert "投稿" in desk.says("limin", "帮助") and "授权名单" not in desk.says("limin", "帮助")
    assert "同意 0123" in desk.menu("liuyang", "help")
    assert "已发布 0123" in desk.says("zhangwei", "？")
    assert "授权名单" in desk.says("wangfang", "帮助")

    unclear = desk.says("limin", "你好")
    assert "没看懂“你好”" in unclear and "“帮助”" in unclear


# ---- R16: 授权发布人员 --------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R16")
def test_a_revoked_grant_ends_at_once(desk: Desk) -> None:
    """五(一): 宣教办10:00撤销张伟授权, 10:05他不能发布; 王芳和刘洋得知监管一司没有授权发布人员。"""
    number = approved(desk)
    desk.now(moment(17, 10, 0))
    assert desk.says("wangfang", "撤销授权 张伟") == "已撤销张伟的发布授权，即时生效。"
    assert "已由王芳于 10:00 撤销" in last(desk, "zhangwei")
    assert desk.live("zhangwei") == []
    for user in ("wangfang", "liuyang"):
        assert "监管一司现在没有有效的授权发布人员，请指定并授权。" in desk.texts(user)

    desk.now(moment(17, 10, 5))
    assert "没有有效的发布授权" in desk.says("zhangwei", f"已发布 {number}\n{link(SINA)}")
    for user in ("wangfang", "liuyang"):
        assert f"监管一司没有有效的授权发布人员，{number}《{TITLE}》等待发布" in last(desk, user)
    assert "“发布”环节" in desk.says("limin", f"进度 {number}")
    assert "weibo.com" not in desk.says("limin", f"进度 {number}")


@pytest.mark.rule("saws-R16")
def test_a_tap_that_crosses_the_revocation_publishes_nothing(desk: Desk) -> None:
    """五(一): 撤销的消息还没到手机, 张伟已点“已发布”: 同样无效, 卡片改为“授权已撤销”。"""
    number = approved(desk)
    desk.platform.say("wangfang", "撤销授权 张伟")
    desk.taps("zhangwei", "已发布", number=number)

    assert desk.card("zhangwei", number)["replaced"] == "授权已撤销"
    assert "暂无人可办" in desk.says("limin", f"进度 {number}")


@pytest.mark.rule("saws-R16")
def test_a_new_grant_brings_the_waiting_item(desk: Desk) -> None:
    """五(一): 重新授权即时生效, 等着的稿件随即发给他, 可以发布。"""
    number = approved(desk)
    desk.says("wangfang", "撤销授权 张伟")
    desk.later(minutes=5)
    assert desk.says("wangfang", "授权 张伟") == "已授权张伟发布（监管一司），即时生效。"

    assert "您已获得监管一司的发布授权" in "\n".join(desk.texts("zhangwei"))
    assert "已发布" in desk.live("zhangwei", number)
    desk.says("zhangwei", f"已发布 {number}\n{link(XINHUA)}\n{link(RENMIN)}\n{link(TENCENT)}\n{link(SINA)}")
    assert "已发布完成" in last(desk, "zhangwei")


@pytest.mark.rule("saws-R16")
def test_without_a_grant_nobody_is_asked_to_publish(desk: Desk) -> None:
    """五(一): 审定时没有授权发布人员: 谁也不会收到发布卡片, 稿件等待, 起草人、单位负责人、宣教办都知道。"""
    desk.says("wangfang", "撤销授权 张伟")
    number = approved(desk)

    assert desk.cards("zhangwei") == []
    for user in ("wangfang", "liuyang"):
        assert "没有可以办理的本单位授权发布人员" in last(desk, user)
    assert "已告诉刘洋、周主任" in "\n".join(desk.texts("limin"))
    assert "没有有效的发布授权" in desk.says("zhangwei", f"已发布 {number}\n{link(SINA)}")


@pytest.mark.rule("saws-R16")
@pytest.mark.parametrize("user", ["liuyang", "yangju", "wangfang", "limin", "zhengli"])
def test_whatever_his_post_only_the_units_publisher_publishes(desk: Desk, user: str) -> None:
    """五(一): 没有本单位授权的, 不论职务, 都不能发布; 告诉他由谁办理。"""
    number = approved(desk)

    said = desk.says(user, f"已发布 {number}\n{link(SINA)}")
    assert "由张伟办理" in said or "没有您可以办理的事项" in said
    assert "已发布" in desk.live("zhangwei", number)


@pytest.mark.rule("saws-R16")
def test_the_list_of_grants_names_everybody_and_his_grant(desk: Desk) -> None:
    """五(一): 授权名单写明单位、姓名、谁在何日授权; 撤销后即为未授权。"""
    assert "监管一司 张伟（本单位授权发布人员）：王芳 3月17日 授权" in desk.says("wangfang", "授权名单")
    desk.says("wangfang", "撤销授权 张伟")

    said = desk.says("wangfang", "授权名单")
    assert "监管一司 张伟（本单位授权发布人员）：未授权" in said
    assert "郑丽（宣教办授权发布人员）：王芳 3月17日 授权" in said


@pytest.mark.rule("saws-R16")
def test_grants_are_on_record(desk: Desk) -> None:
    """五(一): 授权和撤销各留痕一条: 谁、何时、对谁。"""
    desk.now(moment(17, 10, 0))
    desk.says("wangfang", "撤销授权 张伟")
    desk.now(moment(17, 11, 0))
    desk.says("wangfang", "授权 张伟")

    kept = [(r.actor, r.at, r.action, r.detail) for r in audit(desk) if r.at >= moment(17, 10) and "授权" in r.action]
    assert kept == [
        ("wangfang", moment(17, 10), "撤销授权", "张伟"),
        ("wangfang", moment(17, 11), "授权发布", "张伟:监管一司"),
    ]


@pytest.mark.rule("saws-R16")
@pytest.mark.parametrize(
    ("user", "said", "why"),
    [
        ("liuyang", "授权 张伟", "发布授权由归口部门办理"),
        ("zhouzhuren", "撤销授权 张伟", "发布授权由归口部门办理"),
        ("zhangwei", "授权 张伟", "发布授权由归口部门办理"),
        ("wangfang", "授权 何平", "没有可授权发布的“何平”"),
        ("wangfang", "授权 张伟", "张伟已有有效授权"),
        ("wangfang", "撤销授权 李四", "没有可授权发布的“李四”"),
    ],
)
def test_who_may_not_grant_and_who_cannot_be_granted(desk: Desk, user: str, said: str, why: str) -> None:
    """五(一): 授权管理由宣教办经办人负责; 单位没有指定的人不能授权; 拒绝说明原因。"""
    assert why in desk.says(user, said)
    assert "张伟（本单位授权发布人员）：王芳 3月17日 授权" in desk.says("wangfang", "授权名单")


@pytest.mark.rule("saws-R16")
def test_a_unit_with_another_publisher_is_not_alarmed(tmp_path: Path) -> None:
    """五(一): 一单位两名授权发布人员, 撤销一名, 另一名照常发布, 不惊动负责人。"""
    seats = (*SAWS_SEATS, Seat("lina", "李娜", "监管一司", "publisher"))
    with Desk(tmp_path, seats=seats) as desk:
        number = approved(desk)
        assert "已发布" in desk.live("lina", number)
        before = len(desk.texts("liuyang"))
        desk.says("wangfang", "撤销授权 张伟")

        assert len(desk.texts("liuyang")) == before
        assert "由李娜办理" in desk.says("limin", f"进度 {number}")
        assert "没有有效的发布授权" in desk.says("zhangwei", f"已发布 {number}\n{link(SINA)}")
        assert desk.platform.violations() == []


# ---- R2: 发布平台 ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("saws-R2")
def test_a_post_stays_in_publishing_until_every_platform_has_its_link(desk: Desk) -> None:
    """三: 新华网、人民网、新浪网在用, 腾讯网未开通; 只记了新华网、新浪网, 仍在发布中, 缺人民网, 补上才完成。"""
    assert "腾讯网 已登记为未开通" in desk.says("wangfang", "平台 腾讯网 未开通")
    number = approved(desk)
    assert "要发：新华网、人民网、新浪网\n" in "\n".join(desk.texts("zhangwei"))
    said = desk.says("zhangwei", f"已发布 {number}\n{link(XINHUA)}\n{link(SINA)}")
    assert f"{number} 发布中，缺：人民网。" in said
    assert "发布中，缺：人民网，由张伟办理" in desk.says("limin", f"进度 {number}")
    assert "已发布完成" not in last(desk, "zhangwei")

    desk.says("zhangwei", link(RENMIN))
    assert "已发布完成" in last(desk, "zhangwei")
    progress = desk.says("limin", f"进度 {number}")
    assert all(link(p) in progress for p in (XINHUA, RENMIN, SINA)) and "腾讯网" not in progress


@pytest.mark.rule("saws-R2")
def test_a_reason_stands_for_a_missing_link(desk: Desk) -> None:
    """三: 没发的平台写明原因, 也算办完, 原因留在记录里。"""
    desk.says("wangfang", "平台 腾讯网 未开通")
    number = approved(desk)
    desk.says("zhangwei", f"已发布 {number}\n{link(XINHUA)}\n{link(SINA)}")
    desk.says("zhangwei", "人民网 平台故障,今天打不开")

    assert "已发布完成" in last(desk, "zhangwei")
    assert "人民网 未发：平台故障,今天打不开" in desk.says("limin", f"进度 {number}")


@pytest.mark.rule("saws-R2")
def test_reasons_alone_publish_nothing(desk: Desk) -> None:
    """三: 一个平台都没发, 不能算已发布。"""
    number = approved(desk)
    lines = "\n".join(f"{p} 平台故障" for p in (XINHUA, RENMIN, TENCENT, SINA))

    assert "至少要有一个平台的链接" in desk.says("zhangwei", f"已发布 {number}\n{lines}")
    assert "“发布”环节" in desk.says("limin", f"进度 {number}")


@pytest.mark.rule("saws-R2")
def test_tapping_published_asks_for_the_links(desk: Desk) -> None:
    """三: 点“已发布”后, 逐个平台要链接; 两个渠道都发的, 微信服务号也要。"""
    number = approved(desk, channels="政务微博+政务微信")
    desk.taps("zhangwei", "已发布", number=number)
    assert "还缺：新华网、人民网、腾讯网、新浪网、腾讯微信公众服务号" in last(desk, "zhangwei")

    desk.says("zhangwei", "\n".join(link(p) for p in (XINHUA, RENMIN, TENCENT, SINA)))
    assert "缺：腾讯微信公众服务号" in last(desk, "zhangwei")
    desk.says("zhangwei", "https://mp.weixin.qq.com/s/abcd")
    assert "已发布完成" in last(desk, "zhangwei")


@pytest.mark.rule("saws-R2")
def test_a_platform_put_in_use_counts_from_the_next_item_on(desk: Desk) -> None:
    """三: 逐步开通; 登记在用后, 从下一次发布起要发, 正在发布的不变。"""
    desk.says("wangfang", "平台 腾讯网 停用")
    number = approved(desk)
    assert "腾讯网 已登记为在用" in desk.says("sunlei", "平台 腾讯网 在用")
    desk.says("zhangwei", f"已发布 {number}\n{link(XINHUA)}\n{link(RENMIN)}\n{link(SINA)}")
    assert "已发布完成" in last(desk, "zhangwei")

    later = desk.submits("limin", "夏季防汛要点\n坝体每日巡查一次。", BUSINESS, channels=WEIBO)
    desk.taps("heping", "可以公开并确认", number=later)
    desk.taps("liuyang", "同意并确认", number=later)
    assert "要发：新华网、人民网、腾讯网、新浪网" in "\n".join(desk.texts("zhangwei"))


@pytest.mark.rule("saws-R2")
def test_the_register_of_platforms_is_kept_by_few(desk: Desk) -> None:
    """三: 平台由宣教办和平台运维人员登记; 别人不能改; 名字不对的说明有哪些。"""
    assert "平台由归口部门和平台运维人员登记" in desk.says("limin", "平台 腾讯网 停用")
    assert "腾讯网（在用）" in desk.says("limin", "平台")
    assert "没有平台“网易”" in desk.says("wangfang", "平台 网易 在用")
    desk.says("wangfang", "平台 腾讯网 停用")

    listed = desk.says("limin", "平台")
    assert "新华网（在用）、人民网（在用）、腾讯网（停用）、新浪网（在用）、腾讯微信公众服务号（在用）" in listed
    assert [(r.actor, r.detail) for r in audit(desk) if r.action == "平台登记"] == [("wangfang", "腾讯网:停用")]


# ---- R3: 组织协调 ----------------------------------------------------------------------------------------------------

UNITS = (
    "监管一司", "监管二司", "监管三司", "监管四司", "政策法规司",
    "规划科技司", "职业健康司", "宣传教育中心", "通信信息中心",
)  # fmt: skip


def nine_units() -> Sequence[Seat]:
    """监管一司 as ever, and eight more units with an informant and a 保密审查员 each."""
    more = [
        seat
        for n, unit in enumerate(UNITS[1:], 2)
        for seat in (Seat(f"inf{n}", f"信{n}", unit, "informant"), Seat(f"sec{n}", f"密{n}", unit, "secrecy"))
    ]
    return (*SAWS_SEATS, *more)


def rescue_news(desk: Desk, unit: str) -> None:
    """郭亮 sends news from the scene for this bureau: each step has one hour."""
    desk.says("guoliang", f"{unit}救援进展\n已救出3人。")
    desk.taps("guoliang", "下一步", 渠道=WEIBO, 栏目="信息发布")
    desk.taps("guoliang", "送审", 内容范围="事故预警统计救援", 承办单位=unit)
    desk.says("guoliang", f"{unit}辖区透水事故")
    desk.says("guoliang", "3月17日 06:00")


@pytest.mark.rule("saws-R3")
def test_the_central_office_sees_all_open_items_by_unit_with_the_overdue_first(tmp_path: Path) -> None:
    """三: 宣教办组织协调; 9个单位37件在办, 王芳发“在办”全部看到, 按单位分组, 逾期在前; 李敏只见监管一司的。"""
    with Desk(tmp_path, seats=nine_units()) as desk:
        informants = ("limin", *(f"inf{n}" for n in range(2, 10)))
        for n in range(35):
            desk.submits(informants[n % 9], f"安全知识第{n}期\n第{n}期正文。", BUSINESS, channels=WEIBO)
        for unit in ("监管一司", "监管四司"):
            rescue_news(desk, unit)
        desk.now(moment(17, 12))
        for user in ("wangfang", "limin"):
            desk.new(user)
        desk.says("wangfang", "在办")
        everything = "\n".join(desk.new("wangfang"))

        lines = everything.splitlines()
        assert lines[0] == "在办 37 件，逾期 2 件："
        heads = [line for line in lines if line.startswith("【")]
        assert sorted(heads) == sorted(
            f"【{unit}】{4 + (unit in ('监管一司', '监管四司')) - (unit == UNITS[-1])} 件" for unit in UNITS
        )
        assert [line.split("】")[0] for line in heads[:2]] == ["【监管一司", "【监管四司"]
        after_heads = [lines[lines.index(head) + 1] for head in heads]
        assert ["逾期 2.0 小时" in line for line in after_heads] == [True, True, *[False] * 7]
        assert "0036《监管一司救援进展》审核 秦总" in after_heads[0]
        assert sum(line[:4].isdigit() for line in lines) == 37

        desk.says("limin", "在办")
        own = "\n".join(desk.new("limin"))
        assert own.startswith("在办 4 件：\n【监管一司】4 件\n0001")  # 现场信息 has no step of hers
        assert all(unit not in own for unit in UNITS[1:])
        assert desk.platform.violations() == []


@pytest.mark.rule("saws-R3")
def test_every_open_item_shows_step_holder_and_time(desk: Desk) -> None:
    """三: 每件写明环节、办理人、已等多久; 打字和菜单一样; 没有在办也说一声。"""
    assert desk.says("wangfang", "在办") == "没有在办事项。"
    number = desk.submits("limin", DRAFT, BUSINESS)
    desk.now(moment(17, 12, 30))

    said = desk.says("wangfang", "在办")
    listed = f"在办 1 件：\n【监管一司】1 件\n{number}《{TITLE}》保密审查 何平 已等 3.5 小时"
    assert said == f"{listed}\n催办“催办 编号 一句话”，逾期的一起催“全部催办”，换人办“改派 编号 姓名 理由”。"
    assert desk.menu("wangfang", "open") == said
    assert desk.says("chenjing", "在办") == "没有在办事项。"
    assert desk.says("heping", "在办") == listed


@pytest.mark.rule("saws-R3")
def test_the_central_office_may_look_into_every_item(desk: Desk) -> None:
    """三: 宣教办经办人、负责人看得到每个单位每件事的进度和全文; 别的单位看不到。"""
    number = desk.submits("limin", DRAFT, BUSINESS)

    for user in ("wangfang", "zhouzhuren"):
        assert "现在“保密审查”环节，由何平办理" in desk.says(user, f"进度 {number}")
        assert "取暖设备不要长时间无人看管。" in desk.says(user, f"全文 {number}")
    for user in ("chenjing", "zhouting", "sunlei"):
        assert "没有您可以查看的事项" in desk.says(user, f"全文 {number}")
