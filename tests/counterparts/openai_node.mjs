// Reads responses with the official Node.js client: `node openai_node.mjs FOLDER`, FOLDER being where it is installed.
//
// stdin:  {"patience_ms": …, "silence_ms": …, "recordings": [{"name": …, "base_url": …, "requests": [
//           {"events": 3, "stalls": false, "headless": false}, …]}, …]}
// stdout: a line for each request, as it is done:
//         {"name": …, "request": 0, "events": ["<JSON>", …], "text": …, "end": {"kind": "whole" | "idle" | "error", …}}
//
// A stream that stalls is left once its events have come and `silence_ms` have passed; a response whose head does not
// come, after that time.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const AT_ONCE = 16;

const installed = resolve(process.argv[2], 'node_modules/openai/index.mjs');
const { default: OpenAI } = await import(pathToFileURL(installed));
const { recordings, patience_ms, silence_ms } = JSON.parse(readFileSync(0, 'utf8'));

// JSON has a number for it, and JavaScript no other way to say that number.
function jsonOf(event) {
  return event === Infinity ? '1e400' : JSON.stringify(event);
}

function textOf(event) {
  const item = event?.type === 'response.output_item.done' ? event.item : undefined;
  const parts = item?.type === 'message' && Array.isArray(item.content) ? item.content : [];
  return parts.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

async function ask(client, request) {
  const events = [];
  let text = '';
  let end = { kind: 'whole' };
  const leaving = new AbortController();
  let timer;
  const wait = (nothing_more) => {
    clearTimeout(timer);
    timer = setTimeout(() => leaving.abort(), nothing_more ? silence_ms : patience_ms);
  };
  try {
    wait(request.headless);
    const stream = await client.responses.create(
      { model: 'mock-model', input: 'Hello', stream: true },
      { signal: leaving.signal },
    );
    wait(request.stalls && request.events === 0);
    for await (const event of stream) {
      events.push(jsonOf(event));
      text += textOf(event);
      wait(request.stalls && request.events === events.length);
    }
  } catch (error) {
    end = {
      kind: 'error',
      class: error?.constructor?.name ?? typeof error,
      api: error instanceof OpenAI.APIError,
      status: error?.status ?? null,
      message: String(error?.message),
    };
  }
  clearTimeout(timer);
  // The client ends without an error where it is told to leave.
  return { events, text, end: leaving.signal.aborted ? { kind: 'idle' } : end };
}

async function read({ name, base_url, requests }) {
  const client = new OpenAI({ baseURL: base_url, apiKey: 'none', maxRetries: 0, logLevel: 'off' });
  for (const [number, request] of requests.entries()) {
    const result = await ask(client, request);
    process.stdout.write(JSON.stringify({ name, request: number, ...result }) + '\n');
  }
}

const waiting = recordings.values();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const recording of waiting) await read(recording);
  }),
);
