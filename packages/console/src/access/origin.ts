import { SignalboxError } from "@signalbox/core";
import type { FastifyRequest } from "fastify";

/** Fails with CONSOLE_ORIGIN_REFUSED where a page of another site asks for an action: its visitor did not. */
export function guardOrigin({ headers, host }: FastifyRequest): void {
  const { origin } = headers;
  const site = headers["sec-fetch-site"];
  const isElsewhere = site !== undefined && site !== "same-origin" && site !== "none";
  if (!isElsewhere && (origin === undefined || hostOf(origin) === host)) return;
  throw new SignalboxError("CONSOLE_ORIGIN_REFUSED", `pages of ${origin ?? "another site"} may not act on this engine`);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
