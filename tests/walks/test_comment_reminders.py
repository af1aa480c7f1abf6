"""评论的催办: 登记了没有分办的也催; 举报信访只说编号、办理人、时间, 内容不给没有环节的人看。"""

from __future__ import annotations

import pytest

from tests.walks.conftest import Opens
from tests.walks.matters import at
from tests.walks.test_comments import COMMENT_CAST

ASKED = "评论 微博 @网友甲 08:12 小微企业要不要办安全生产许可证? https://weibo.com/1/b"
REPORT = "评论 微博 @网友乙 08:20 举报某矿瞒报事故，我的电话13800001111 https://weibo.com/1/c"


def test_a_comment_that_nobody_was_given_is_watched(opens: Opens) -> None:
    """周五登记没有分办: 17:30提醒采集的人, 来的是分办的卡片; 周一告诉本单位负责人, 他点一下就能催。"""
    desk = opens(seats=COMMENT_CAST, start=at(2025, 3, 14))
    desk.says("zhouting", ASKED)
    desk.new("zhouting")
    desk.now(at(2025, 3, 14, 16))
    assert "还剩 8.0 小时" in desk.new("zhouting")[-1]
    desk.now(at(2025, 3, 14, 17, 30))
    [told] = [text for text in desk.new("zhouting") if text.startswith("【提醒】")]
    assert told.startswith("【提醒】0001《小微企业要不要办安全生产许可证?》待登记分办，期限 今天 24:00")
    assert "分办 0001 类别 单位" in told
    assert desk.live("zhouting", "0001").count("交办") == 1
    desk.now(at(2025, 3, 17, 8, 30))
    assert any("0001《" in text and "已逾期" in text for text in desk.new("zhouting"))
    assert "待登记分办，由周婷办理，已逾期" in desk.new("xuantou")[0]
    desk.taps("xuantou", "去办", 事项="0001")
    desk.taps("xuantou", "催办", number="0001")
    assert "【督办】宣主任催办" in desk.texts("zhouting")[-1]
    desk.taps("zhouting", "交办", number="0001", 类别="一般性评论、政策咨询", 单位="政策法规司")
    desk.new("zhouting")
    desk.now(at(2025, 3, 18, 8, 30))
    assert not any("0001" in text for text in desk.new("zhouting"))
    assert "由韩答办理，已逾期" in desk.new("fatou")[0]


@pytest.mark.rule("saws-R30")
def test_a_report_is_pressed_for_without_being_read(opens: Opens) -> None:
    """举报、信访逾期: 上级看到编号、办理人、时间, 看不到内容; 卡片上也没有, 仍能催办。"""
    desk = opens(seats=COMMENT_CAST, start=at(2025, 3, 14))
    desk.says("zhouting", REPORT)
    desk.taps("zhouting", "交办", number="0001", 类别="举报、信访事项")
    desk.new("xuantou")
    desk.now(at(2025, 3, 17, 8, 30))
    [told] = desk.new("xuantou")
    assert told.startswith("【逾期 第1次】0001待办理，由王芳办理，已逾期")
    card = str(desk.card("xuantou", "0001"))
    assert "0001（内容保密）" in card and "由王芳办理" in card
    for shown in (told, card, desk.says("xuantou", "去办 0001"), desk.says("xuantou", "0001")):
        assert not any(word in shown for word in ("瞒报", "1380000", "转交办公厅"))
    desk.taps("xuantou", "催办", number="0001")
    assert "【督办】宣主任催办\n0001" in desk.texts("wangfang")[-1]
    assert "转交办公厅" in "".join(desk.new("wangfang"))
