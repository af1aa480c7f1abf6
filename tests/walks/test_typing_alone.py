"""Who reads in the WeChat plugin sees no cards at all: everything works by typing alone."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.walks.desk import Desk

TEXT = "冬季用电安全小知识\n取暖设备不要长时间无人看管。（来源：宣传教育中心）"
LINKS = "\n".join(
    (
        "新浪网 https://weibo.com/1",
        "人民网 https://t.people.com.cn/1",
        "新华网 https://home.news.cn/1",
        "腾讯网 已停用",
        "微信 https://mp.weixin.qq.com/s/1",
    )
)


def test_the_whole_road_by_typing(tmp_path: Path) -> None:
    """投稿、选择、保密审查、审定、发布、备案, 一张卡片也不点; 消息里写明每一步怎么回复。"""
    with Desk(tmp_path) as desk:
        desk.says("limin", TEXT)
        assert "回复序号" in desk.says("limin", "送审 0001")
        for choice in ("业务活动", "1", "生产安全百科"):
            desk.says("limin", choice)
        assert "0001 已送保密审查" in desk.says("limin", "2")

        assert "“可以公开 0001”" in desk.texts("heping")[-1]
        assert desk.says("heping", "可以公开 0001") == "0001 可以公开。"
        assert "“同意 0001”" in desk.texts("liuyang")[-1]
        assert desk.says("liuyang", "同意 0001") == "0001 已同意。"
        assert any("已发布 0001" in text for text in desk.texts("zhangwei"))
        desk.says("zhangwei", f"已发布 0001\n{LINKS}")
        assert "已备案：备 2025-001" in desk.texts("zhangwei")[-1]
        assert any("“收到 0001”" in text for text in desk.texts("wangfang"))
        assert "已确认收到" in desk.says("wangfang", "收到 0001")
        assert desk.platform.violations() == []


def test_time_cannot_be_moved_outside_the_demonstration(tmp_path: Path) -> None:
    """快进只在演示里有: 正式运行没有这个入口。"""
    with Desk(tmp_path) as desk:
        moment = {"now": "2030-01-01T00:00:00+08:00"}
        for path in ("/demo/clock", "/demo//clock", "/demo/x/clock", "/demo/x/settle"):
            assert httpx.post(desk.url + path, json=moment, trust_env=False).status_code == 404
        assert desk.clock.now().year == 2025
