// What needs a person, gravest first: out of everything the engine tells.
import { computed } from "@preact/signals";
import type { UnreadyReason } from "@signalbox/core/control-types";
import { plural } from "../data/format.ts";
import { pipelineHref } from "../router.ts";
import { byLevel, judgeSink, type Level } from "./level.ts";
import { live } from "./live.ts";
import type { LiveState } from "@signalbox/core/control-types";

export interface Concern {
  readonly key: string;
  readonly level: Extract<Level, "bad" | "warn">;
  readonly title: string;
  readonly detail?: string;
  readonly href?: string;
  /** ISO 8601. */
  readonly since?: string;
}

export const concerns = computed<readonly Concern[]>(() => {
  const state = live.value;
  if (state === undefined) return [];
  const found = [
    ...(state.readiness?.reasons ?? []).map(ofReason),
    ...ofSinks(state),
    ...ofLedgers(state),
    ...ofRest(state),
  ];
  const byKey = new Map(found.toReversed().map((each) => [each.key, each]));
  return [...byKey.values()].toSorted((a, b) => byLevel(a.level, b.level) || a.title.localeCompare(b.title));
});

const titles: Readonly<Record<UnreadyReason["code"], (about: string) => string>> = {
  "engine-starting": () => "The engine is starting",
  "engine-stopping": () => "The engine is stopping",
  "store-unreachable": () => "The store does not answer",
  "pipeline-not-running": (about) => `${about} does not run`,
  "connection-down": (about) => `Connection ${about} is down`,
  "connection-stale": (about) => `Connection ${about}: devices are silent`,
  "sink-access-refused": (about) => `${about} refuses access`,
  "sink-left-alone": (about) => `${about} is left alone after failures`,
  "dead-letter-alarm": () => "Too many dead letters",
};

const passing: ReadonlySet<UnreadyReason["code"]> = new Set(["engine-starting", "engine-stopping"]);

function ofReason({ code, pipeline, sink, connection, message }: UnreadyReason): Concern {
  const about = sink === undefined ? (pipeline ?? connection ?? "") : `${pipeline} › ${sink}`;
  const href =
    code === "dead-letter-alarm" ? "/dead-letters" : pipeline === undefined ? "/connections" : pipelineHref(pipeline);
  return {
    key: code === "dead-letter-alarm" ? "letters" : `${pipeline ?? ""}/${sink ?? ""}/${connection ?? ""}`,
    level: passing.has(code) ? "warn" : "bad",
    title: titles[code](about),
    detail: message,
    ...(passing.has(code) || code === "store-unreachable" ? {} : { href }),
  };
}

function ofSinks({ pipelines }: LiveState): readonly Concern[] {
  return pipelines.flatMap(({ name, sinks }) =>
    sinks.flatMap((sink): readonly Concern[] => {
      const { level } = judgeSink(sink);
      if (level !== "bad" && level !== "warn") return [];
      const parked = sink.numbers.parked ?? 0;
      const waiting = parked > 0 ? `, ${plural(parked, "message")} parked` : "";
      const what = sink.isFull ? "has no room to park more" : sink.problem === undefined ? "catches up" : "fails";
      const detail = sink.problem?.message;
      const title = `${name} › ${sink.name} ${what}${waiting}`;
      const concern = { key: `${name}/${sink.name}/`, level, title, href: pipelineHref(name) };
      return [{ ...concern, ...(detail === undefined ? {} : { detail }) }];
    }),
  );
}

const lately = 60 * 60_000;
const unhappy: ReadonlySet<string> = new Set(["unknown", "rejected", "failed", "unconfirmed"]);

function ofLedgers({ commands, ticks, at: now }: LiveState): readonly Concern[] {
  const since = Date.parse(now) - lately;
  const bad = commands.filter(({ state, at }) => unhappy.has(state) && Date.parse(at) > since);
  const failed = ticks.filter(
    ({ outcome, timing, plannedAt }) => (outcome === "failed" || timing === "missed") && plannedAt > since,
  );
  const byState = new Map<string, number>();
  for (const { state } of bad) byState.set(state, (byState.get(state) ?? 0) + 1);
  return [
    ...[...byState].map(([state, number]): Concern => ({
      key: `commands/${state}`,
      level: "warn",
      title: `${plural(number, "command")} ${state} lately`,
      href: `/commands?state=${state}`,
    })),
    ...[...new Set(failed.map(({ pipeline }) => pipeline))].map((pipeline): Concern => ({
      key: `ticks/${pipeline}`,
      level: "warn",
      title: `${pipeline}: a tick failed or was missed lately`,
      href: `/schedules/${encodeURIComponent(pipeline)}`,
    })),
  ];
}

function ofRest({ deadLetters, reload }: LiveState): readonly Concern[] {
  const { count = 0 } = deadLetters;
  const refused = reload?.changes.filter(({ what }) => what === "refused") ?? [];
  return [
    ...(count === 0
      ? []
      : [
          {
            key: "letters",
            level: "warn",
            title: `${plural(count, "dead letter")} ${count === 1 ? "waits" : "wait"} for somebody`,
            href: "/dead-letters",
          } as const,
        ]),
    ...refused.map(({ pipeline, reason }): Concern => ({
      key: `reload/${pipeline}`,
      level: "warn",
      title: `What the files say of ${pipeline} is refused`,
      href: pipelineHref(pipeline, "yaml"),
      ...(reason === undefined ? {} : { detail: reason }),
    })),
  ];
}
