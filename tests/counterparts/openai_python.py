"""Reads responses with the official Python client. Input and output are those of openai_node.mjs."""

import asyncio
import json
import sys

import openai
from openai import AsyncOpenAI

AT_ONCE = 16
# An event may be anything that JSON has, null too.
OVER = object()


class Idle(Exception):
    """Nothing came for as long as was to be waited."""


def text_of(event):
    item = event.item if getattr(event, "type", None) == "response.output_item.done" else None
    parts = getattr(item, "content", None) if getattr(item, "type", None) == "message" else None
    texts = [getattr(part, "text", None) for part in parts] if isinstance(parts, list) else []
    return "".join(text for text in texts if isinstance(text, str))


def json_of(event):
    # JSON has a number for it, and Python no other way to say that number.
    if event == float("inf"):
        return "1e400"
    return json.dumps(event.to_dict(mode="python") if hasattr(event, "to_dict") else event)


def failure(error):
    return {
        "kind": "error",
        "class": type(error).__name__,
        "api": isinstance(error, openai.APIError),
        "status": getattr(error, "status_code", None),
        "message": str(error),
    }


async def within(limit, awaitable):
    # The client has timeouts of its own, but does not say which wait of several they ended.
    task = asyncio.ensure_future(awaitable)
    done, _ = await asyncio.wait([task], timeout=limit)
    if done:
        return task.result()
    task.cancel()
    await asyncio.wait([task])
    raise Idle


class Reader:
    def __init__(self, wanted):
        self.patience = wanted["patience_ms"] / 1000
        self.silence = wanted["silence_ms"] / 1000
        self.at_once = asyncio.Semaphore(AT_ONCE)
        self.client = AsyncOpenAI(base_url="http://127.0.0.1:9/v1", api_key="none", max_retries=0)

    def limit(self, nothing_more):
        return self.silence if nothing_more else self.patience

    async def ask(self, client, request):
        events, texts, end, stream = [], [], {"kind": "whole"}, None
        try:
            create = client.responses.create(model="mock-model", input="Hello", stream=True)
            stream = await within(self.limit(request["headless"]), create)
            iterator = aiter(stream)
            while True:
                nothing_more = request["stalls"] and request["events"] == len(events)
                event = await within(self.limit(nothing_more), anext(iterator, OVER))
                if event is OVER:
                    break
                events.append(json_of(event))
                texts.append(text_of(event))
        except Idle:
            end = {"kind": "idle"}
        except Exception as error:
            end = failure(error)
        if stream is not None:
            await stream.close()
        return {"events": events, "text": "".join(texts), "end": end}

    async def read(self, recording):
        client = self.client.with_options(base_url=recording["base_url"])
        async with self.at_once:
            for number, request in enumerate(recording["requests"]):
                result = await self.ask(client, request)
                line = {"name": recording["name"], "request": number, **result}
                print(json.dumps(line), flush=True)


async def main():
    wanted = json.load(sys.stdin)
    reader = Reader(wanted)
    async with reader.client:
        await asyncio.gather(*(reader.read(recording) for recording in wanted["recordings"]))


asyncio.run(main())
