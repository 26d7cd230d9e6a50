// Bulletins and registers: the calls, one line each; shapes come from the contract itself.
import type { components } from "../api/schema";
import { newKey, request, sendFile } from "../api/http";

type Shapes = components["schemas"];
export type Bulletin = Shapes["BulletinView"];
export type BulletinBrief = Shapes["BulletinBrief"];
export type BulletinSection = Shapes["BulletinSection"];
export type BulletinOrder = Shapes["BulletinOrder"];
export type Kind = Shapes["RegisterKind"];
export type Entry = Shapes["RegisterEntry"];
export type EntryBrief = Shapes["RegisterBrief"];
export type NewEntry = Shapes["NewEntry"];
export type RegisterOrder = Shapes["RegisterOrder"];

const at = encodeURIComponent;
// Counting a year, or making pages, takes longer than a list.
const PATIENCE = { patience: 60_000 };

export const press = {
  bulletins: (after: string) => request<Shapes["BulletinPage"]>("GET", `/api/bulletins${after === "" ? "" : `?after=${at(after)}`}`),
  bulletin: (id: string) => request<Bulletin>("GET", `/api/bulletins/${at(id)}`),
  begin: (body: Shapes["NewBulletin"], key: string) => request<Bulletin>("POST", "/api/bulletins", body, { key, ...PATIENCE }),
  change: (id: string, body: BulletinOrder, key: string) => request<Bulletin>("POST", `/api/bulletins/${at(id)}`, body, { key, ...PATIENCE }),
  kinds: () => request<Shapes["RegisterKinds"]>("GET", "/api/registers"),
  entries: (register: string, query: string) => request<Shapes["RegisterPage"]>("GET", `/api/registers/${at(register)}${query}`),
  entry: (register: string, id: string) => request<Entry>("GET", `/api/registers/${at(register)}/${at(id)}`),
  write: (register: string, body: NewEntry, key: string) => request<Entry>("POST", `/api/registers/${at(register)}`, body, { key }),
  order: (register: string, id: string, body: RegisterOrder, key: string) => request<Entry>("POST", `/api/registers/${at(register)}/${at(id)}`, body, { key }),
  addFile: (register: string, id: string, file: File) => sendFile(`/api/registers/${at(register)}/${at(id)}/files`, file, file.name, newKey()),
};

export const bulletinFile = (id: string, format: "pdf" | "xlsx") => `/api/bulletins/${at(id)}/document?format=${format}`;
export const minutesFile = (register: string, id: string) => `/api/registers/${at(register)}/${at(id)}/document`;
export const entryFile = (register: string, id: string, file: string) => `/api/registers/${at(register)}/${at(id)}/files/${at(file)}`;
