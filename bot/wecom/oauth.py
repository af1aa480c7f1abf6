"""Login inside the WeCom client (path/91335)."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from bot.wecom.transport import WeComSettings

STATE = re.compile(r"[0-9A-Za-z]{1,128}")


def authorize_url(settings: WeComSettings, redirect_uri: str, state: str) -> str:
    """Where to send the browser for a code (one use, five minutes). snsapi_base: silent, the userid only.

    `state` ties the answer to the browser's session. The client needs the fragment. Raises ValueError for a bad state.
    """
    if not STATE.fullmatch(state):
        raise ValueError("state: wanted 1 to 128 letters and digits")
    query = urlencode({
        "appid": settings.corp_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
        "agentid": settings.agent_id,
    })
    return f"{settings.oauth_base_url.rstrip('/')}/connect/oauth2/authorize?{query}#wechat_redirect"
