// Short messages: what is asked of the platform, one line each; shapes come from the contract itself.
import type { components } from "../api/schema";
import { request } from "../api/http";

type Shapes = components["schemas"];
export type Message = Shapes["MessageView"];
export type MessageQueue = Shapes["MessageQueueView"];

const at = encodeURIComponent;

export const messages = {
  queue: () => request<MessageQueue>("GET", "/api/messages"),
  ofCase: (id: string) => request<Message[]>("GET", `/api/cases/${at(id)}/messages`),
  write: (id: string, text: string, key: string) => request<Message[]>("POST", `/api/cases/${at(id)}/messages`, { text }, { key }),
  aside: (message: string, reason: string, key: string) => request<Message[]>("POST", `/api/messages/${at(message)}/aside`, { reason }, { key }),
};
