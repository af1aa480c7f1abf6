"""A stand-in for the WeCom server: the documented API, the callbacks, and phones in a browser.

It knows the platform and nothing of the bot: the two meet over HTTP only.
"""
