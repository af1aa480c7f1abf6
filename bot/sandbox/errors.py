"""Refusals, as the platform words them: a code that callers branch on and a message they must not (path/90313)."""


class ApiError(Exception):
    """A refusal of one API call."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(f"{errcode} {errmsg}")
        self.errcode = errcode
        self.errmsg = errmsg


class ControlError(Exception):
    """A refusal of something a person (or a test) asked a phone to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
