"""A morning at the office, with every kind of message: for the browser tests and for looking at."""

import struct
import zlib
from typing import Any

from tests.sandbox.app_client import AppClient

JSON = dict[str, Any]


def png(width: int = 320, height: int = 200, colour: tuple[int, int, int] = (196, 214, 236)) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


MENU: JSON = {
    "button": [
        {"type": "click", "name": "投稿", "key": "submit"},
        {"type": "click", "name": "待办", "key": "todo"},
        {
            "name": "更多",
            "sub_button": [
                {"type": "click", "name": "我的稿件", "key": "mine"},
                {"type": "view", "name": "工作台", "url": "http://127.0.0.1:9/desk"},
                {"type": "click", "name": "帮助", "key": "help"},
            ],
        },
    ]
}


def submission_card(task_id: str = "item-0123@draft") -> JSON:
    channels = [("both", "微博+微信"), ("wechat", "只发微信")]
    return {
        "card_type": "multiple_interaction",
        "task_id": task_id,
        "source": {"desc": "审发"},
        "main_title": {"title": "0123 冬季用电安全小知识", "desc": "依据 五(一)6"},
        "select_list": [
            {"question_key": "kind", "title": "类别", "selected_id": "safety",
             "option_list": [{"id": "news", "text": "工作动态"}, {"id": "safety", "text": "业务活动和安全知识"}]},
            {"question_key": "channel", "title": "渠道",
             "option_list": [{"id": key, "text": text} for key, text in channels]},
            {"question_key": "column", "title": "栏目", "option_list": [{"id": "baike", "text": "生产安全百科"}]},
        ],
        "submit_button": {"text": "送审", "key": "submit|0123"},
    }  # fmt: skip


def review_card(task_id: str = "item-0123@2") -> JSON:
    rows = [("编号", "0123"), ("依据", "五(一)6"), ("字数", "118/140"), ("检查", "未见问题"),
            ("保密", "可以公开 09:40"), ("期限", "今天 17:30")]  # fmt: skip
    return {
        "card_type": "button_interaction",
        "task_id": task_id,
        "source": {"desc": "审发 · 待您审定", "desc_color": 3},
        "action_menu": {"desc": "更多操作", "action_list": [{"text": "看全文", "key": "full|0123"}]},
        "main_title": {"title": "冬季用电安全小知识", "desc": "监管一司 · 第 1 版 · 微博+微信"},
        "sub_title_text": "取暖设备不要长时间无人看管，插线板不要串联使用。离家前请关闭电源，外出请检查门窗……",
        "horizontal_content_list": [{"keyname": key, "value": value} for key, value in rows],
        "card_action": {"type": 1, "url": "http://127.0.0.1:9/item/0123"},
        "button_selection": {
            "question_key": "reason", "title": "退回原因",
            "option_list": [{"id": "wording", "text": "文字需修改"}, {"id": "fact", "text": "事实待核"},
                            {"id": "other", "text": "其他"}],
        },
        "button_list": [
            {"text": "同意", "style": 1, "key": "approve|0123|2"},
            {"text": "退回", "style": 3, "key": "return|0123|2"},
            {"text": "问一句", "style": 2, "key": "ask|0123|2"},
        ],
    }  # fmt: skip


def digest_card(task_id: str = "digest-1123") -> JSON:
    return {
        "card_type": "text_notice",
        "task_id": task_id,
        "source": {"desc": "督办 11月23日", "desc_color": 2},
        "action_menu": {"desc": "", "action_list": [{"text": "今天不再提醒", "key": "mute"}]},
        "main_title": {"title": "今天到期 5 件", "desc": "逾期 3 件 · 在办 37 件"},
        "emphasis_content": {"title": "7 小时 41 分", "desc": "离最近的期限"},
        "quote_area": {"type": 1, "url": "http://127.0.0.1:9/item/0456", "title": "评 0456",
                       "quote_text": "小微企业要不要办安全生产许可证?"},
        "horizontal_content_list": [
            {"keyname": "监管一司", "value": "2（最长 1 个工作日）"},
            {"keyname": "经办", "type": 3, "userid": "wang", "value": "王敏"},
        ],
        "jump_list": [{"type": 1, "title": "看清单", "url": "http://127.0.0.1:9/list"}],
        "card_action": {"type": 1, "url": "http://127.0.0.1:9/list"},
    }  # fmt: skip


def vote_card(task_id: str = "vote-1") -> JSON:
    options = [("law", "没有违反法律法规的内容"), ("secret", "没有涉密和内部信息"), ("source", "来源写清楚了")]
    return {
        "card_type": "vote_interaction",
        "task_id": task_id,
        "main_title": {"title": "请逐项确认", "desc": "确认后进入审定。"},
        "checkbox": {"question_key": "checks", "mode": 1,
                     "option_list": [{"id": key, "text": text, "is_checked": key == "law"} for key, text in options]},
        "submit_button": {"text": "确认", "key": "confirm|0123"},
    }  # fmt: skip


def news_card(task_id: str = "news-1", image_url: str = "https://example.com/p.png") -> JSON:
    return {
        "card_type": "news_notice",
        "task_id": task_id,
        "main_title": {"title": "备 2026-045 已备案", "desc": "审定 0.8 小时 · 发布 0.3 小时"},
        "image_text_area": {"type": 1, "url": "http://127.0.0.1:9/filing", "title": "冬季用电安全小知识",
                            "desc": "两个平台，三条链接", "image_url": image_url},
        "vertical_content_list": [{"title": "微博", "desc": "新浪网、新华网"}, {"title": "微信", "desc": "公众号"}],
        "card_action": {"type": 1, "url": "http://127.0.0.1:9/filing"},
    }  # fmt: skip


def everyone_gets_something(app: AppClient) -> None:
    app.post("menu/create", MENU, agentid=app.config.agent_id)
    app.text("wang", "收到，编号 0123。微博 118/140 字，微信 118/680 字。检查：未见问题。")
    app.card("wang", submission_card())
    app.text(
        "zhang", '【0123 全文】\n取暖设备不要长时间无人看管。\n<a href="http://127.0.0.1:9/item/0123">打开稿件</a>'
    )
    media = app.upload("image", "插线板.png", png())
    app.send("zhang", "image", {"media_id": media["media_id"]})
    app.card("zhang", review_card())
    app.card("li", digest_card())
    app.card("li", vote_card())
    app.send("li", "markdown", {"content": '# 今日\n> 逾期 **3** 件\n`0456` <font color="warning">剩 2 小时</font>'})
    picture = app.http.base_url.join(f"/_sandbox/media/{media['media_id']}")
    app.card("zhao", news_card(image_url=str(picture)))
    document = app.upload("file", "保密审查登记表.docx", b"PK document")
    app.send("zhao", "file", {"media_id": document["media_id"]})
    notice = '<div class="gray">11月23日</div> <div class="highlight">请在今天领取</div>'
    app.send("zhao", "textcard", {"title": "领奖通知", "description": notice, "url": "http://127.0.0.1:9/x"})
    recalled = app.text("zhao", "发错了")
    app.post("message/recall", {"msgid": recalled["msgid"]})
