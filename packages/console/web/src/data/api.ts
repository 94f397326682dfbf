// Asks the engine. Not here: what changes by itself (live/).
import { signal } from "@preact/signals";

/** The engine's refusal of a request, or that it could not be asked (`code` CONSOLE_UNREACHABLE). */
export class Refusal extends Error {
  readonly code: string;
  /** HTTP; 0 where there was no answer. */
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** True from the first answer that asks for a login until there was one. */
export const isLoginNeeded = signal(false);

/** What the engine wants to see with every POST of who has logged in: other sites' pages do not know it. */
export const csrf = signal<string | undefined>(undefined);

const base = "/api/v1/";

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal === undefined ? {} : { signal });
}

/** A POST to the API; who acts, where nobody is logged in, is part of the body (session.ts). */
export function post<T>(path: string, body: object): Promise<T> {
  return send<T>(`${base}${path}`, body);
}

/** A POST to any path of the console. */
export function send<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
  const headers = {
    "content-type": "application/json",
    ...(csrf.value === undefined ? {} : { "x-signalbox-csrf": csrf.value }),
  };
  return ask<T>(path, { method: "POST", headers, body: JSON.stringify(body), ...(signal === undefined ? {} : { signal }) });
}

/** `name=value&...` of the values that are neither undefined nor empty, with `?` before it. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path.startsWith("/") ? path : `${base}${path}`, { ...init, redirect: "error" }).catch(
    (error: unknown) => {
      if (init.signal?.aborted === true) throw error;
      throw new Refusal("CONSOLE_UNREACHABLE", "the engine does not answer", 0);
    },
  );
  const value = (await response.json().catch(() => undefined)) as unknown;
  if (response.ok) return value as T;
  if (response.status === 401) isLoginNeeded.value = true;
  const { code = "CONSOLE_FAILED", message = `the engine answered ${response.status}` } = (value ?? {}) as {
    code?: string;
    message?: string;
  };
  throw new Refusal(code, message, response.status);
}

/** What went wrong, for a person. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal("CONSOLE_FAILED", error instanceof Error ? error.message : String(error), 0);
}
