"""Asks for what the plan on stdin says and has vcrpy record it.

argv: the client (requests or httpx) and vcrpy's serializer (yaml or json).
"""

import json
import sys

import httpx
import requests
import vcr

CLIENTS = {"requests": requests.post, "httpx": httpx.post}


def main() -> None:
    post, serializer = CLIENTS[sys.argv[1]], sys.argv[2]
    for conversation in json.load(sys.stdin):
        with vcr.use_cassette(conversation["file"], serializer=serializer, record_mode="new_episodes", match_on=["body"]):
            for request in conversation["requests"]:
                headers = {"content-type": "application/json", "authorization": "Bearer sk-counterpart"}
                post(conversation["url"], data=request.encode(), headers=headers, timeout=30)


main()
