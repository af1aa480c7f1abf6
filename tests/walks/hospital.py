"""市第三医院: the people of the regulation that no code has seen, two departments and the offices above them."""

from __future__ import annotations

from pathlib import Path

from bot.rules.roster import Seat

FILE = str(Path(__file__).parents[1] / "regulations" / "unseen.toml")
INNER, OUTER = "内科", "外科"

HOSPITAL = (
    Seat("qinlan", "秦岚", INNER, "reporter"),
    Seat("fangzhu", "方主任", INNER, "dept_head"),
    Seat("tanghui", "唐慧", INNER, "steward"),
    Seat("bairu", "白茹", OUTER, "reporter"),
    Seat("guozhu", "郭主任", OUTER, "dept_head"),
    Seat("shijia", "石佳", OUTER, "steward"),
    Seat("ruiwen", "芮文", "宣传科", "writer"),
    Seat("tianke", "田科长", "宣传科", "press_head"),
    Seat("pengfa", "彭发", "宣传科", "sender"),
    Seat("yaoyi", "姚医", "医务科", "medical_checker"),
    Seat("lunli", "伦理", "伦理办公室", "ethics_checker"),
    Seat("yuanzhang", "袁院长", "院领导班子", "president"),
    Seat("wangluo", "汪洛", "信息科", "engineer"),
)
