"""What the bot is compared with: the shortest callback that wechatpy and Flask allow. It keeps and sends nothing.

python -m benchmarks._echo PORT TOKEN AES_KEY CORP
"""

from __future__ import annotations

import logging
import sys

from flask import Flask, Response, request
from wechatpy.work import create_reply, parse_message
from wechatpy.work.crypto import WeChatCrypto
from werkzeug.serving import make_server


def make_app(token: str, aes_key: str, corp: str) -> Flask:
    app = Flask("echo")
    crypto = WeChatCrypto(token, aes_key, corp)

    @app.post("/wecom/callback")
    def callback() -> Response:
        signature, timestamp, nonce = (request.args[name] for name in ("msg_signature", "timestamp", "nonce"))
        message = parse_message(crypto.decrypt_message(request.get_data(), signature, timestamp, nonce))
        reply = create_reply(getattr(message, "content", "收到"), message).render()
        return Response(crypto.encrypt_message(reply, nonce, timestamp), mimetype="application/xml")

    return app


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request: the bot writes none either
    make_server("127.0.0.1", int(sys.argv[1]), make_app(*sys.argv[2:5]), threaded=True).serve_forever()
