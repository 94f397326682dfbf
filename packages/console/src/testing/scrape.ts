/** The series of a scrape, by name and labels as they are written: `name{a="b"}`. */
export interface Scrape {
  readonly text: string;
  readonly series: ReadonlyMap<string, number>;
  /** The value of one series; its labels in the order they are written. */
  value(series: string): number | undefined;
}

/** Reads `/metrics` as Prometheus would; throws at a line that is none, and at a series that comes twice. */
export async function scrape(url: string): Promise<Scrape> {
  const answer = await fetch(`${url}/metrics`);
  if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}`);
  return parseMetrics(await answer.text());
}

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)*\})?) (\S+)$/;

export function parseMetrics(text: string): Scrape {
  const series = new Map<string, number>();
  for (const each of text.split("\n")) {
    if (each === "" || /^# (HELP|TYPE) \S+ \S/.test(each)) continue;
    const [, name, value] = line.exec(each) ?? [];
    if (name === undefined || value === undefined || Number.isNaN(Number(value))) throw new Error(`no series: ${each}`);
    if (series.has(name)) throw new Error(`twice: ${name}`);
    series.set(name, Number(value));
  }
  return { text, series, value: (name) => series.get(name) };
}
