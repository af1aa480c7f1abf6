"""网民评论: 登记, 分办, 当日答复, 办结回复."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.rules.roster import Seat
from tests.walks.desk import Desk
from tests.walks.flows import CAST

COMMENT_CAST = (
    *CAST,
    Seat("zhouting", "周婷", "宣传教育中心", "collector"),
    Seat("handa", "韩答", "政策法规司", "handler"),
    Seat("fatou", "法司长", "政策法规司", "unit_head"),
)


@pytest.mark.rule("saws-R27")
def test_a_question_is_answered_at_once(tmp_path: Path) -> None:
    """一般性评论和政策咨询由相关业务单位第一时间答复。"""
    with Desk(tmp_path, seats=COMMENT_CAST) as desk:
        said = desk.says("zhouting", "评论 微博 @网友甲 08:12 小微企业要不要办安全生产许可证? https://weibo.com/1/b")
        assert "编号 0001" in said
        desk.taps("zhouting", "交办", number="0001", 类别="一般性评论、政策咨询", 单位="政策法规司")
        assert any("小微企业要不要办" in text for text in desk.texts("handa"))
        card = desk.card("handa", "0001")
        assert card["main_title"]["desc"] == "一般性评论、政策咨询"
        assert card["sub_title_text"] == "小微企业要不要办安全生产许可证?"
        desk.taps("handa", "直接答复", number="0001")
        assert "请把给网民的答复发来" in desk.says("handa", "。")
        told = desk.says("handa", "从事危险物品生产的才需要办理，一般小微企业不用办。")
        assert "已记当日答复" in told and told.count("0001") == 1
        end = desk.texts("zhouting")[-1]
        assert end.endswith("已办结。\n答复：从事危险物品生产的才需要办理，一般小微企业不用办。")
        assert desk.says("zhouting", "0001").count("从事危险物品生产的") == 1
        assert "已办结" in desk.says("zhouting", "0001")
