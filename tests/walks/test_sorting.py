"""分办: what is proposed, one tap, many at once, levels, private petitions, malicious ones."""

from __future__ import annotations

import re

import pytest

from bot.rules.roster import Seat
from tests.walks.conftest import Opens
from tests.walks.desk import Desk
from tests.walks.flows import books
from tests.walks.test_comments import COMMENT_CAST

SORT_CAST = (
    *COMMENT_CAST,
    Seat("zhoudi", "周迪", "宣传教育中心", "collector"),
    Seat("hejing", "何静", "通信信息中心", "handler"),
    Seat("xintou", "信主任", "通信信息中心", "unit_head"),
    Seat("banban", "办办", "办公厅", "office_officer"),
    Seat("yishang", "易尚", "监管一司", "handler"),
)
TOPIC = "安全生产许可证"


@pytest.fixture
def desk(opens: Opens) -> Desk:
    return opens(seats=SORT_CAST)


def posts(desk: Desk, text: str, at: str = "08:12", who: str = "网友甲", by: str = "zhouting") -> str:
    """A comment, and its number."""
    found = re.search(r"编号 (\d+)", said := desk.says(by, f"评论 微博 @{who} {at} {text} https://weibo.com/1/{who}"))
    assert found, said
    return found[1]


def title(desk: Desk, user: str, number: str) -> str:
    head = desk.card(user, number)["main_title"]
    return f"{head['title']} {head.get('desc', '')}"


def test_words_of_the_roster_propose_and_one_tap_hands_on(desk: Desk) -> None:
    """分办词由归口管理人员维护；建议交哪个单位、为什么，写在卡片上；一点就交办。两人办时第二人知道谁办了。"""
    assert "请找王芳" in desk.says("zhouting", "分办词 增加 许可证 政策法规司")
    assert "“许可证” → 政策法规司，主题“办证”" in desk.says("wangfang", "分办词 增加 许可证 政策法规司 主题办证")
    assert "没有单位或类别“月球司”" in desk.says("wangfang", "分办词 增加 月亮 月球司")
    assert "“许可证” → 政策法规司" in desk.says("zhouting", "分办词")

    number = posts(desk, "小微企业要不要办安全生产许可证?")
    assert "建议交 政策法规司（词：许可证）" in title(desk, "zhouting", number)
    desk.taps("zhouting", "交办", number=number)
    assert any("小微企业" in text for text in desk.texts("handa"))
    assert "已由周婷于" in desk.says("zhoudi", f"分办 {number} 政策咨询 监管一司")
    assert "办证 1 条（+1）" in desk.says("wangfang", "主题")

    like = posts(desk, "请问小微企业到底要不要办理许可手续啊", "08:30", "网友乙")  # no word in it
    assert "词：" not in title(desk, "zhouting", like)
    assert "已删除" in desk.says("wangfang", "分办词 删除 许可证")
    again = posts(desk, "小微企业究竟要不要办安全生产许可证呢", "08:40", "网友丙")
    assert "建议交 政策法规司（同类上次交该单位）" in title(desk, "zhouting", again)
    assert "交给哪个单位" in desk.says("zhouting", f"分办 {like}")
    assert "已交办" in desk.says("zhouting", "监管一司")


def test_many_at_once_are_one_list_and_one_card(desk: Desk) -> None:
    """一次来许多条：一个清单、一张卡片；照建议全部交办，其余逐条来，一条不丢。"""
    desk.says("wangfang", "分办词 增加 许可证 政策法规司")
    numbers = [posts(desk, f"第{n}家企业怎样申请许可证变更", f"08:1{n}", f"网友{n}") for n in range(3)]
    numbers.append(posts(desk, "你们的食堂在哪里可以吃饭吗", "08:20", "网友戊"))
    said = desk.says("zhouting", f"照建议分办 {' '.join(numbers)}")
    assert "已照建议交办 3 条" in said and f"还有 1 条须逐条分办：{numbers[3]}" in said
    assert "交办" in desk.live("zhouting", numbers[3])
    assert "已交办" in desk.says("zhouting", f"分办 {numbers[3]} 监管一司")
    assert "没有等您分办的" in desk.says("zhouting", f"照建议分办 {' '.join(numbers)}")


@pytest.mark.rule("saws-R26")
def test_a_level_chooses_the_flow(desk: Desk) -> None:
    """五(二)：按《安全生产网络舆情应对预案》办理：级别和预案是设置，登记为较大的进入较大以上舆情。"""
    for n, level in enumerate(("一般", "较大 较大以上舆情", "重大 较大以上舆情", "特别重大 较大以上舆情")):
        assert "请确认" in desk.says("wangfang", f"舆情分级 增加 {level}"), n
        assert "已修改" in desk.says("wangfang", "确认修改")
    assert "请确认" in desk.says("wangfang", "舆情预案 先核实情况，再按审定的口径答复。")
    desk.says("wangfang", "确认修改")
    shown = desk.says("zhouting", "舆情预案")
    assert "较大：较大以上舆情" in shown and "先核实情况" in shown

    number = posts(desk, "网传某化工厂爆炸多人伤亡是真的吗")
    desk.taps("zhouting", "交办", number=number, 级别="较大")
    with books(desk) as store:
        item = store.item(int(number))
        assert item is not None and item.flow is not None
        assert (item.flow.label, item.level) == ("较大以上舆情", "较大")
    other = posts(desk, "请问举办安全月活动的时间是哪天", "08:50", "网友乙")
    assert "没有“超大”这一级" in desk.says("zhouting", f"定级 {other} 超大")
    desk.says("zhouting", f"分办 {other} 政策咨询 政策法规司")
    assert "较大以上舆情" in desk.says("handa", f"定级 {other} 重大")  # raised later, by whoever holds it
    assert "期限 今天 24:00" in desk.says("wangfang", other)  # the earlier deadline stays
