// A client of the app-server, as an integrator would begin it. It is compiled, not run: what is of the wrong type must
// not compile, and each `@ts-expect-error` fails where it does.

import type {
  CallAnswer,
  ClientMessage,
  ConversationId,
  EventMsg,
  RequestId,
  ResponseItem,
  Results,
  ServerMessage,
  ServerNotification,
} from "./protocol";

declare function write(line: string): void;
declare function perform(url: string, body: unknown): CallAnswer;

let lastId = 0;

function send(message: ClientMessage): void {
  write(JSON.stringify(message));
}

export function open(): void {
  const clientInfo = { name: "a-client", version: "1" };
  send({ id: lastId++, method: "initialize", params: { clientInfo } });
  send({ method: "initialized" });
  send({ id: lastId++, method: "newConversation", params: { model: "mock-model", config: { "features.x": true } } });
}

export function say(conversationId: ConversationId, text: string): void {
  const items = [{ type: "text" as const, data: { text } }];
  send({ id: lastId++, method: "addConversationListener", params: { conversationId, experimentalRawEvents: true } });
  send({ id: lastId++, method: "sendUserMessage", params: { conversationId, items } });
  // @ts-expect-error: there is no such method
  send({ id: lastId++, method: "sendUserMassage", params: { conversationId, items } });
  // @ts-expect-error: without a conversation
  send({ id: lastId++, method: "sendUserMessage", params: { items } });
  // @ts-expect-error: a request has an id
  send({ method: "interruptConversation", params: { conversationId } });
}

export function receive(line: string): void {
  const message: ServerMessage = JSON.parse(line);
  if ("result" in message) {
    return;
  }
  if ("error" in message) {
    throw new Error(`${message.error.code}: ${message.error.message}`);
  }
  switch (message.method) {
    case "responsesApi/call": {
      const { callId, url, body, headers } = message.params;
      const accept: string | string[] | undefined = headers["accept"];
      send({ method: "responsesApi/started", params: { callId, status: 200, headers: { via: ["a", "b"] } } });
      send({ method: "responsesApi/event", params: { callId, event: { accept } } });
      answer(message.id, "responsesApi/call", perform(url, body));
      break;
    }
    case "responsesApi/cancel":
      write(message.params.callId);
      break;
    case "account/rateLimits/updated":
      write(String(message.params.primary?.used_percent));
      break;
    default:
      notified(message);
  }
}

type EventNotification = Exclude<ServerNotification, { method: "responsesApi/cancel" | "account/rateLimits/updated" }>;

function notified(notification: EventNotification): void {
  write(`${notification.params.id}: ${shown(notification.params.msg)}`);
}

function shown(msg: EventMsg): string {
  switch (msg.type) {
    case "agent_message_delta":
      return msg.delta;
    case "token_count":
      return String(msg.info?.total_token_usage.total_tokens);
    case "raw_response_item":
      return item(msg.item);
    case "response_event":
      return msg.event.type === "output_item_done" ? (msg.event.item.id ?? "") : msg.event.type;
    case "task_complete":
      return msg.last_agent_message ?? "";
    case "turn_aborted":
      return msg.reason === "interrupted" ? "interrupted" : "replaced";
    // @ts-expect-error: there is no such event
    case "task_completed":
      return "";
    default:
      return msg.type;
  }
}

function item(item: ResponseItem): string {
  return item.type === "function_call" ? `${item.name}(${item.arguments})` : item.type;
}

function answer<Method extends keyof Results>(id: RequestId, _method: Method, result: Results[Method]): void {
  send({ id, result });
}

// @ts-expect-error: an answer has a status
answer(1, "responsesApi/call", { requestId: "req_1" });
