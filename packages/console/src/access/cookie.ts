import type { FastifyReply, FastifyRequest } from "fastify";

/** The prefix has browsers refuse the cookie unless it is Secure, for all paths, and of this very host. */
const names = { http: "signalbox", https: "__Host-signalbox" } as const;

/** The secret of a request's session; undefined where it has none. */
export function cookieOf(request: FastifyRequest): string | undefined {
  const name = `${nameFor(request)}=`;
  const pairs = (request.headers.cookie ?? "").split(";").map((each) => each.trim());
  return pairs.find((each) => each.startsWith(name))?.slice(name.length);
}

export function setCookie(request: FastifyRequest, reply: FastifyReply, secret: string, maxAgeMs: number): void {
  const age = Math.floor(maxAgeMs / 1000);
  void reply.header("set-cookie", `${nameFor(request)}=${secret}; Max-Age=${age}; ${attributesFor(request)}`);
}

export function clearCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header("set-cookie", `${nameFor(request)}=; Max-Age=0; ${attributesFor(request)}`);
}

function nameFor({ protocol }: FastifyRequest): string {
  return protocol === "https" ? names.https : names.http;
}

function attributesFor({ protocol }: FastifyRequest): string {
  return `Path=/; HttpOnly; SameSite=Strict${protocol === "https" ? "; Secure" : ""}`;
}
