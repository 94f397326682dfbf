import type { PassageAnswer, Shown, StoredMessage, Stray, WhyAnswer } from "@signalbox/core";
import type { Colors } from "../../terminal/io.ts";
import { columns, fit, printable } from "../../terminal/text.ts";
import { outcomes, placeOf, reasonOf, shortValue } from "./words.ts";

export interface WhyPen {
  readonly width: number;
  readonly colors: Colors;
}

/** Everything that is known of the messages asked for; empty where there is nothing. */
export function whyLines({ passages, strays, stored }: WhyAnswer, pen: WhyPen): readonly string[] {
  const blocks = [
    ...passages.map((each) => passageLines(each, pen)),
    ...strays.map((each) => strayLines(each, pen)),
    ...storedBlocks(stored, pen),
  ];
  return blocks.flatMap((block, index) => (index === 0 ? block : ["", ...block]));
}

function passageLines(passage: PassageAnswer, { width, colors }: WhyPen): readonly string[] {
  const { pipeline, message, stages, ends } = passage;
  const received = `received ${message.meta.receivedAt}`;
  const facts = [message.meta.device ?? "", received, standing(passage)].filter((fact) => fact !== "");
  const rows = [...stages, ...orphans(stages, ends)].map((stage) => rowOf(stage, passage));
  return [
    colors.bold(printable(message.id)),
    `in ${colors.bold(printable(pipeline))}  ${placeOf(passage)}  ${printable(facts.join("  "))}`,
    colors.dim(fit(shortValue(message.body, width), width)),
    ...notesOf(passage).map((note) => colors.yellow(`note: ${note}`)),
    ...columns(rows).map((line) => `  ${line}`),
  ];
}

function rowOf(stage: Shown, passage: PassageAnswer): readonly string[] {
  const id = stage.message === passage.message.id ? "" : stage.message.slice(passage.message.id.length);
  const name = printable(`${stage.name}${id}`);
  if (stage.outcome !== "due") return [name, outcomes[stage.outcome], placeOf(stage), reasonOf(stage)];
  const { what, why } = fateOf(stage, passage);
  return [name, what, placeOf(stage), why];
}

/** What became of a message at a sink that was to get it. */
function fateOf(
  stage: Shown,
  { ends, counts, stages }: PassageAnswer,
): { readonly what: string; readonly why: string } {
  const own = ends.filter(({ name, message }) => name === stage.name && message === stage.message);
  const last = own.at(-1);
  if (last !== undefined) {
    const story = own.filter(({ outcome }) => outcome === "tried").map((each) => reasonOf(each));
    const why = [reasonOf(last), ...(last.outcome === "tried" ? [] : story.slice(-1))];
    return {
      what: last.outcome === "tried" ? "waits" : outcomes[last.outcome],
      why: why.filter((text) => text !== "").join("; "),
    };
  }
  if (counts.isOpen) return { what: "under way", why: "" };
  const due = stages.filter(({ outcome }) => outcome === "due").length;
  const isSure = counts.delivered >= due - new Set(ends.map(({ name, message }) => `${name} ${message}`)).size;
  return isSure ? { what: "delivered", why: "" } : { what: "due", why: "what became of it is not known any more" };
}

/** Ends of writes that no stage speaks of: it went straight to a sink, or the sink is not due any more. */
function orphans(stages: readonly Shown[], ends: PassageAnswer["ends"]): readonly Shown[] {
  const told = new Set(
    stages.filter(({ outcome }) => outcome === "due").map(({ name, message }) => `${name} ${message}`),
  );
  return ends.filter(({ name, message }) => !told.has(`${name} ${message}`));
}

function standing({ counts, isDirect }: PassageAnswer): string {
  if (!counts.kept) return "a dead letter";
  if (counts.isOpen) return "in flight";
  const parts = [
    [counts.delivered, "delivered"],
    [counts.discarded, "discarded"],
    [counts.deadLettered, "dead"],
    [counts.parked, "parked"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [isDirect ? "redriven straight to a sink" : "", ...said].filter((text) => text !== "").join(", ");
}

function notesOf({ isOtherRevision, counts }: PassageAnswer): readonly string[] {
  return [
    ...(isOtherRevision ? ["the pipeline has changed since: this is what it makes of the message now"] : []),
    ...(counts.kept ? [] : ["only its death is remembered: this is what the steps make of it now"]),
  ];
}

function strayLines(
  { id, connection, device, topic, receivedAt, body, ...stray }: Stray,
  pen: WhyPen,
): readonly string[] {
  return [
    pen.colors.bold(printable(id)),
    printable(`over ${connection}  ${device}  ${topic}  received ${receivedAt}`),
    pen.colors.dim(fit(shortValue(body, pen.width), pen.width)),
    `  ${printable(whyStray({ ...stray, topic }))}`,
  ];
}

/** Of each pipeline's message, where it rests. */
function storedBlocks(stored: readonly StoredMessage[], { colors }: WhyPen): readonly (readonly string[])[] {
  const groups = new Map<string, StoredMessage[]>();
  for (const each of stored) {
    const key = JSON.stringify([each.pipeline, each.message]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const { pipeline = "", message = "" } = group[0] ?? {};
    return [
      colors.bold(printable(message)),
      `in ${colors.bold(printable(pipeline))}  in the store, of an earlier run or forgotten since`,
      ...columns(group.map(storedRow)).map((line) => `  ${line}`),
    ];
  });
}

function storedRow({
  sink,
  state,
  at,
  time,
  message: _message,
  pipeline: _pipeline,
  ...facts
}: StoredMessage): readonly string[] {
  const place = at === undefined ? "" : placeOf({ at });
  const why = reasonOf({ kind: "write", name: sink ?? "", outcome: state === "dead" ? "dead" : "parked", ...facts });
  const since = `${state === "dead" ? "died" : "came in"} ${time}`;
  const what = state === "queued" ? "waits for its pipeline" : outcomes[state];
  return [printable(sink ?? "steps"), what, place, [since, why].filter((text) => text !== "").join("; ")];
}

/** What nobody looked at, where something may be. */
export function notLookedAtLines({ notLookedAt }: WhyAnswer): readonly string[] {
  return notLookedAt.map((what) => `Not looked at: ${printable(what)}.`);
}

function whyStray({
  why,
  topic,
  nearest = [],
  pipeline = "",
}: Pick<Stray, "why" | "topic" | "nearest" | "pipeline">): string {
  if (why === "backfilled") return `history had brought it to ${pipeline} already: not taken a second time`;
  if (why === "repeated") return "came before, with the same time and data: not taken a second time";
  if (why === "device") return "no pipeline subscribes to this device";
  const near = nearest.length === 0 ? "" : `; nearest: ${nearest.join(", ")}`;
  return `no pipeline subscribes to topic "${topic}" of this device${near}`;
}

/** What to say where nothing is known: how far back the record reaches. */
export function reachLines({ reach }: WhyAnswer): readonly string[] {
  if (reach.length === 0) return ["No pipeline has taken a message yet."];
  const rows = reach.map(({ pipeline, count, since }) => [
    printable(pipeline),
    `the latest ${count}`,
    `since ${since}`,
  ]);
  return ["Nothing is known of it. The record reaches back to:", ...columns(rows).map((line) => `  ${line}`)];
}
