import { SignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import type { HttpConfig } from "./http-config.ts";

export type BodyKind = "json" | "form" | "text" | "none";

export const contentTypes: Readonly<Record<BodyKind, string | undefined>> = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  text: "text/plain; charset=utf-8",
  none: undefined,
};

export function bodyKindOf({ body, method }: HttpConfig): BodyKind {
  return body ?? (method === "GET" || method === "DELETE" ? "none" : "json");
}

/** A message's body as it is sent; a form of what is no object fails with HTTP_REQUEST_INVALID. */
export function textOf({ body }: Message, kind: BodyKind): string {
  if (kind === "none") return "";
  if (kind === "text" && typeof body === "string") return body;
  return kind === "form" ? formOf(body) : JSON.stringify(body ?? null);
}

function formOf(body: unknown): string {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new SignalboxError("HTTP_REQUEST_INVALID", "a form is made of an object's fields, and the body is none", {
      hint: "shape it with the sink's `transform`",
    });
  }
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      form.append(name, typeof each === "string" ? each : JSON.stringify(each));
    }
  }
  return form.toString();
}
