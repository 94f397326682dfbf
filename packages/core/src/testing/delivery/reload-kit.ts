import type { TestEngine } from "./harness.ts";

/** A pipeline whose messages say which of its revisions shaped them. */
export const marked = (name: string, mark: number, more = ""): string => `name: ${name}
source: { feed: { id: in } }
${more}
steps:
  - transform: '{ "n": n, "mark": ${mark} }'
sinks:
  - probe: { id: a }
    retry: { attempts: 50, backoff: 5ms, maxBackoff: 10ms }
`;

/** What its sink `a` gets. */
export interface Body {
  readonly n: number;
  readonly mark: number;
}

export function send(run: TestEngine, n: number, device = "d"): Promise<unknown> {
  return run.feed("in").send({ id: `${device}-${n}`, device, body: { n } });
}

/** A turn of the event loop: a reload has begun then, for before it lets things finish it waits for nothing outside. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export function bodies(run: TestEngine): readonly Body[] {
  return run.probe("a").got.map(({ body }) => body as Body);
}
