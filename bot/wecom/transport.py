"""One HTTP call to the platform: time limits, no redirects, no secret in any log or error.

wechatpy sends the JSON calls. Kept away from it: its token (fetched from a fixed address, without a time limit, again
and again: `tokens.py` does that), its retries, and downloads (it would read every file as JSON).
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import requests
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

from bot.rules.delivery import ApiError, OutcomeUnknown, Verdict, verdict_of

Json = dict[str, Any]
PARTLY_READ = "Warning: wrong json format"  # the platform understood only a part of our JSON: an error of ours
SECRETS = re.compile(r"\b((?:access_token|corpsecret|code)=)[^&\s'\"]+", re.IGNORECASE)
MESSAGE_CHARS = 300


@dataclass(frozen=True, slots=True)
class WeComSettings:
    """One self-built application. `ca_bundle`: a file for private deployments. `timeout_seconds`: to connect, and
    between two bytes of an answer."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    api_base_url: str = "https://qyapi.weixin.qq.com"
    oauth_base_url: str = "https://open.weixin.qq.com"
    ca_bundle: str = ""
    timeout_seconds: float = 10.0


class MaskedUrls(logging.Filter):
    """urllib3 logs whole addresses, and the platform wants its secrets there."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        return True


def masked(text: str) -> str:
    return SECRETS.sub(r"\1***", text)


logging.getLogger("urllib3.connectionpool").addFilter(MaskedUrls())


class _Wechatpy(WeChatClient):  # type: ignore[misc, unused-ignore]
    """wechatpy as far as it is sound. Without a token here, a call carries the one it is given, or none."""

    access_token = None

    def __new__(cls, *settings: object, **more: object) -> Self:
        """Without a copy of each of its forty groups of calls: none of them is used."""
        return object.__new__(cls)


class Transport:
    """Calls by any number of threads; each has its own connections."""

    def __init__(self, settings: WeComSettings) -> None:
        self._settings = settings
        self._base = settings.api_base_url.rstrip("/") + "/cgi-bin/"
        self._local = threading.local()

    def get(self, endpoint: str, params: Mapping[str, str]) -> Json:
        return self._call("get", endpoint, params)

    def post(self, endpoint: str, params: Mapping[str, str], body: bytes) -> Json:
        """`body`: JSON in UTF-8 (without \\uXXXX, 40033)."""
        return self._call("post", endpoint, params, data=body, headers={"Content-Type": "application/json"})

    def upload(self, params: Mapping[str, str], name: str, content: bytes, content_type: str) -> Json:
        return self._call("post", "media/upload", params, files={"media": (name, content, content_type)})

    def download(self, params: Mapping[str, str], headers: Mapping[str, str]) -> requests.Response:
        """An answer whose body has not been read yet."""
        try:
            return self._session().get(
                self._base + "media/get", params=dict(params), headers=dict(headers), stream=True, **self._options()
            )
        except requests.RequestException as problem:
            raise OutcomeUnknown(f"media/get: {type(problem).__name__}") from None

    def _call(self, method: str, endpoint: str, params: Mapping[str, str], **request: Any) -> Json:
        """The platform's answer. The texts of requests' exceptions hold whole addresses: only their names are kept."""
        try:
            result = getattr(self._client(), method)(
                self._base + endpoint, params=dict(params), **request, **self._options()
            )
        except WeChatClientException as answer:
            if answer.errcode is None:
                raise OutcomeUnknown(f"{endpoint}: HTTP {_status(answer)}") from None
            raise error_of(answer.errcode, str(answer.errmsg)) from None
        except (requests.RequestException, ValueError) as problem:
            raise OutcomeUnknown(f"{endpoint}: {type(problem).__name__}") from None
        return _checked(endpoint, result)

    def _options(self) -> dict[str, Any]:
        return {
            "timeout": self._settings.timeout_seconds,
            "verify": self._session().verify,
            "allow_redirects": False,  # the token would go along
        }

    def _client(self) -> Any:
        if not hasattr(self._local, "client"):
            client = _Wechatpy(self._settings.corp_id, "", auto_retry=False)
            self._as_the_environment_says(client._http)
            self._local.client = client
        return self._local.client

    def _as_the_environment_says(self, session: requests.Session) -> None:
        """Proxy and certificates of the environment, looked up once: requests would do it again at every call."""
        bundle = self._settings.ca_bundle or True
        found = session.merge_environment_settings(self._base, {}, None, bundle, None)
        session.proxies, session.verify, session.trust_env = found["proxies"], found["verify"], False

    def _session(self) -> requests.Session:
        session: requests.Session = self._client()._http
        return session


def _checked(endpoint: str, result: Any) -> Json:
    """An answer of the platform always has an errcode; anything else came from a proxy on the way."""
    if not isinstance(result, dict) or not isinstance(result.get("errcode"), int):
        raise OutcomeUnknown(f"{endpoint}: the answer is not the platform's")
    if PARTLY_READ in str(result.get("errmsg", "")):
        raise error_of(result["errcode"], str(result["errmsg"]))
    return result


def error_of(code: int, message: str) -> ApiError:
    """An errcode as an exception. Branch on the code only: the text changes (path/90313)."""
    verdict = Verdict.NEVER if PARTLY_READ in message else verdict_of(code)
    return ApiError(code, masked(message)[:MESSAGE_CHARS], verdict)


def _status(answer: WeChatClientException) -> int | str:
    return getattr(answer.response, "status_code", "?")
