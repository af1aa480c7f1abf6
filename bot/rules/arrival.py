"""送达: whether a message arrived, in the words of a person who has to know."""

from __future__ import annotations

OUT_OF_RANGE = (60111, 81013)  # the platform does not know the receiver, or may not write to him
NOT_VISIBLE = "不在应用可见范围"


def arrived(outcome: str, code: int, why: str) -> str:
    """已送达 / 未送达（不在应用可见范围） / 待发出. `outcome`: "" while it waits, sent, failed, dropped."""
    match outcome:
        case "":
            return "待发出"
        case "sent":
            return "已送达"
        case _:
            return f"未送达（{why_not(code, why)}）"


def why_not(code: int, why: str) -> str:
    """What kept a message from its receiver; `why` is the platform's or the sender's own text."""
    if code in OUT_OF_RANGE or "visible range" in why or "可见范围" in why:
        return NOT_VISIBLE
    return f"发送失败，错误码 {code}" if code else "发送失败"
