/** Milliseconds on a clock that all processes of this machine share. */
export function monotonicMs() {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

export function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves once `holds` answers true; asks every `everyMs`. */
export async function until(holds, everyMs = 10) {
  while (!(await holds())) await wait(everyMs);
}
