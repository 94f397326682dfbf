// What was seen during a simulation, so that a broken promise can be told as a story. Times are those of the wall clock.

interface Note {
  readonly at: number;
  readonly text: string;
}

export interface Journal {
  /** Something about one tick or command. */
  note(subject: string, text: string): void;
  /** Something that happens to everything: a crash, an outage, a deployment. */
  event(text: string): void;
  /** What is known of a subject, with the events around it and the latest before `at` that name `about`, oldest first. */
  story(subject: string, near: { at: number; about: string }): readonly string[];
  /** How many events have this in their text. */
  count(part: string): number;
  /** A number that two equal simulations agree on. */
  digest(): number;
}

const aroundMs = 15 * 60_000;
const longestStory = 60;

export function createJournal(now: () => number): Journal {
  const notes = new Map<string, Note[]>();
  const events: Note[] = [];
  let digest = 0;

  function mix(text: string): void {
    for (let at = 0; at < text.length; at += 1) digest = (Math.imul(digest, 31) + text.charCodeAt(at)) >>> 0;
    digest = (Math.imul(digest, 31) + (now() % 86_400_000)) >>> 0;
  }

  return {
    note(subject, text) {
      mix(subject + text);
      const known = notes.get(subject);
      if (known === undefined) notes.set(subject, [{ at: now(), text }]);
      else known.push({ at: now(), text });
    },
    event(text) {
      mix(text);
      events.push({ at: now(), text: `-- ${text}` });
    },
    story(subject, { at: planned, about }) {
      const own = notes.get(subject) ?? [];
      const times = [planned, ...own.map(({ at }) => at)];
      const near = events.filter(({ at }) => times.some((time) => Math.abs(time - at) <= aroundMs));
      const before = events.filter(({ at, text }) => at < planned - aroundMs && text.startsWith(`-- ${about} `));
      const told = [...before.slice(-5), ...own, ...near].sort((a, b) => a.at - b.at);
      return told.slice(0, longestStory).map(({ at, text }) => `${new Date(at).toISOString()}  ${text}`);
    },
    count: (part) => events.filter(({ text }) => text.includes(part)).length,
    digest: () => digest,
  };
}
