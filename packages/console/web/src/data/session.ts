// Who sits in front of the console, and what they may do.
import { signal } from "@preact/signals";
import { csrf, get, isLoginNeeded, Refusal, send } from "./api.ts";

/** `name` is written beside what somebody does; without a login it is what they call themselves. */
export interface Person {
  readonly name: string;
  readonly role: "viewer" | "operator" | "metrics";
  readonly isLoggedIn: boolean;
}

/** What the engine says of who asks. */
interface SessionAnswer {
  readonly authentication: "none" | "token";
  readonly name?: string;
  readonly role: Person["role"];
  readonly csrf?: string;
}

const stored = "signalbox.name";

export const person = signal<Person>({ name: storedName(), role: "operator", isLoggedIn: false });

/** Asks the engine who it takes this browser for. */
export async function loadSession(): Promise<void> {
  try {
    take(await get<SessionAnswer>("/api/session"));
  } catch (error) {
    // Whoever has to log in is asked to; an engine that does not answer is asked again by those who need it.
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Fails with the engine's refusal. */
export async function logIn(token: string): Promise<void> {
  take(await send<SessionAnswer>("/api/login", { token }));
  isLoginNeeded.value = false;
}

export async function logOut(): Promise<void> {
  await send("/api/logout", {});
  csrf.value = undefined;
  isLoginNeeded.value = true;
}

function take({ authentication, name, role, csrf: secret }: SessionAnswer): void {
  csrf.value = secret;
  person.value = { name: name ?? storedName(), role, isLoggedIn: authentication === "token" };
}

/** Why this person may not act; undefined where they may. */
export function whyNot(): string | undefined {
  return person.value.role === "operator" ? undefined : "You are logged in as a viewer: viewers look, operators act.";
}

/** Who acts, as part of a request's body. The name of a login takes its place in the engine. */
export function by(): { readonly by: string } {
  return { by: person.value.name };
}

export function callMyself(name: string): void {
  const trimmed = name.trim() || "console";
  try {
    localStorage.setItem(stored, trimmed);
  } catch {
    // Kept for this page alone, then.
  }
  person.value = { ...person.value, name: trimmed };
}

function storedName(): string {
  try {
    return localStorage.getItem(stored) ?? "console";
  } catch {
    return "console";
  }
}
