"""The app's side of the API, as thin as it can be: what the bot would call, without the bot."""

import json
from typing import Any, cast

import httpx

from bot.sandbox.config import SandboxConfig

JSON = dict[str, Any]


def as_json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


class AppClient:
    """Fetches its token once and never refreshes it: what a refused token does is for the test to see."""

    def __init__(self, url: str, config: SandboxConfig) -> None:
        self.config = config
        self.http = httpx.Client(base_url=f"{url}/cgi-bin", timeout=10, trust_env=False, verify=False)  # plain http
        self.token = ""
        self.renew_token()

    def renew_token(self) -> None:
        query = {"corpid": self.config.corp_id, "corpsecret": self.config.secret}
        self.token = self.http.get("/gettoken", params=query).json()["access_token"]

    def close(self) -> None:
        self.http.close()

    def get(self, path: str, **query: str | int) -> JSON:
        return cast(JSON, self.http.get(f"/{path}", params={"access_token": self.token, **query}).json())

    def post(self, path: str, body: Any, **query: str | int) -> JSON:
        return self.post_raw(path, as_json(body), **query)

    def post_raw(self, path: str, content: bytes, **query: str | int) -> JSON:
        response = self.http.post(f"/{path}", params={"access_token": self.token, **query}, content=content)
        return cast(JSON, response.json())

    def send(self, touser: str, msgtype: str, content: Any, **more: Any) -> JSON:
        body = {"touser": touser, "msgtype": msgtype, "agentid": self.config.agent_id, msgtype: content}
        return self.post("message/send", body | more)

    def text(self, touser: str, content: str, **more: Any) -> JSON:
        return self.send(touser, "text", {"content": content}, **more)

    def card(self, touser: str, card: JSON, **more: Any) -> JSON:
        return self.send(touser, "template_card", card, **more)

    def update(self, code: str, *users: str, **what: Any) -> JSON:
        body = {"userids": list(users), "agentid": self.config.agent_id, "response_code": code}
        return self.post("message/update_template_card", body | what)

    def upload(self, kind: str, file_name: str, content: bytes) -> JSON:
        query = {"access_token": self.token, "type": kind}
        return cast(JSON, self.http.post("/media/upload", params=query, files={"media": (file_name, content)}).json())
