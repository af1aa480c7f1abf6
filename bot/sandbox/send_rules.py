"""message/send: what a request may look like, type by type (path/90236)."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.card_rules import SENT, check_card
from bot.sandbox.errors import ApiError
from bot.sandbox.fields import BAD_TYPE, Many, Obj, Rule, Text, Whole, check
from bot.sandbox.violations import Note

JSON = dict[str, Any]
TEXT_BYTES = 2048
MAX_INTERVAL = 4 * 3600
SHAREABLE = {"text", "image", "video", "file"}  # only these are offered `safe` 0 or 1

MEDIA = Obj({"media_id": Text(required=True, missing=41006)}, required=True)
CONTENT = Text(required=True, missing=44004, cut_bytes=TEXT_BYTES)
ARTICLE = Obj(
    {
        "title": Text(required=True, missing=41016, cut_bytes=128),
        "description": Text(cut_bytes=512),
        "url": Text(url=True, max_bytes=2048),
        "picurl": Text(url=True, max_bytes=2048),
        "appid": Text(),
        "pagepath": Text(max_bytes=128),
    }
)
BODIES: Mapping[str, Rule] = {
    "text": Obj({"content": CONTENT}, required=True, missing=44004),
    "markdown": Obj({"content": CONTENT}, required=True, missing=44004),
    "image": MEDIA,
    "voice": MEDIA,
    "file": MEDIA,
    "video": Obj(
        {
            "media_id": Text(required=True, missing=41006),
            "title": Text(cut_bytes=128),
            "description": Text(cut_bytes=512),
        },
        required=True,
    ),
    "textcard": Obj(
        {
            "title": Text(required=True, missing=41016, cut_chars=128),
            "description": Text(required=True, missing=41033, cut_chars=512),
            "url": Text(required=True, url=True, max_bytes=2048),
            "btntxt": Text(advised=4),
        },
        required=True,
    ),
    "news": Obj({"articles": Many(ARTICLE, 8, length=45008, required=True, least=1)}, required=True),
    "template_card": Obj({}, required=True, missing=42031),  # card_rules looks inside
}
COMMON: Mapping[str, Rule] = {
    "touser": Text(),
    "toparty": Text(),
    "totag": Text(),
    "msgtype": Text(required=True, missing=40008),
    "agentid": Whole(required=True, missing=41011),
    "enable_id_trans": Whole(allowed=range(2)),
    "enable_duplicate_check": Whole(allowed=range(2)),
    "duplicate_check_interval": Whole(allowed=range(1, MAX_INTERVAL + 1)),
}


def check_message(body: JSON) -> list[Note]:
    """Everything about the request that can be judged without knowing who exists."""
    notes: list[Note] = []
    kind = body.get("msgtype")
    if not isinstance(kind, str) or kind not in BODIES:
        raise ApiError(40008, f"invalid message type: {kind!r}")
    _check_safe(body, kind)
    envelope = {name: value for name, value in body.items() if name not in ("safe", kind)}
    check(envelope, Obj(COMMON), "body", notes)
    if kind == "template_card":
        return notes + check_card(body.get(kind), SENT)
    shape = BODIES[kind]
    check({kind: body[kind]} if kind in body else {}, Obj({kind: shape}), "body", notes)
    if kind == "news":
        _check_articles(body["news"]["articles"])
    return notes


def _check_safe(body: JSON, kind: str) -> None:
    if "safe" not in body:
        return
    safe = body["safe"]
    if isinstance(safe, bool) or not isinstance(safe, int):
        raise ApiError(BAD_TYPE, "safe: wanted an integer")
    if kind == "news" and safe:
        raise ApiError(40074, "news can not be safe")
    if kind not in SHAREABLE or safe not in (0, 1):
        raise ApiError(BAD_TYPE, f"safe: not offered for {kind}")


def _check_articles(articles: list[JSON]) -> None:
    for article in articles:
        if not article.get("url") and not (article.get("appid") and article.get("pagepath")):
            raise ApiError(40058, "news: url, or appid and pagepath, must be there")


def cut_bytes(text: str, limit: int) -> str:
    """What the platform leaves of a text that is too long; a split character is lost."""
    return text.encode()[:limit].decode(errors="ignore")


def as_displayed(kind: str, body: JSON) -> JSON:
    """The message as the phone gets it, after the silent cuts."""
    if kind in ("text", "markdown"):
        return {"content": cut_bytes(body["content"], TEXT_BYTES)}
    if kind == "textcard":
        cut = {"title": body["title"][:128], "description": body["description"][:512]}
        return {**body, **cut, "btntxt": body.get("btntxt") or "详情"}
    if kind == "video":
        return {
            **body,
            "title": cut_bytes(body.get("title", ""), 128),
            "description": cut_bytes(body.get("description", ""), 512),
        }
    if kind == "news":
        return {"articles": [_article(article) for article in body["articles"]]}
    return dict(body)


def _article(article: JSON) -> JSON:
    cut = {"title": cut_bytes(article["title"], 128), "description": cut_bytes(article.get("description", ""), 512)}
    return {**article, **cut}
