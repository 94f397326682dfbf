import type { ScheduleInfo } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { writeJson, writeLine } from "../../terminal/io.ts";
import { columns, printable } from "../../terminal/text.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { isoTime, openSchedules } from "./client.ts";
import { tickHead, tickRow } from "./tick-rows.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
}

export function showVerb(session: Session): Verb {
  const command = new Command("show")
    .summary("show one schedule")
    .description(
      "Shows a schedule: its plan, whether it is paused, its next planned times and the ticks that have no end yet.",
    )
    .argument("<name>", "the pipeline's name")
    .option("--json", "print it as JSON; times are milliseconds since the epoch")
    .action(async (name: string, _own: Options, called: Command) => {
      session.finish(await show(session, name, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [{ line: "signalbox schedules show night-setback", says: "for a person" }],
    exitCodes: [{ code: 0, when: "the schedule is there" }, noEngine, trouble],
  };
}

async function show(session: Session, name: string, options: Options): Promise<number> {
  const { stdout } = session.io;
  const info = await (await openSchedules(session, options)).get(name);
  if (options.json === true) writeJson(stdout, info);
  else writeLine(stdout, describeSchedule(info).map(printable).join("\n"));
  return 0;
}

/** A schedule as lines. */
export function describeSchedule({
  pipeline,
  plan,
  state,
  pause,
  retiredAt,
  next,
  open,
  last,
}: ScheduleInfo): readonly string[] {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["pipeline", pipeline],
    ["plan", plan],
    ["state", state],
    ["paused", pause === undefined ? undefined : `since ${isoTime(pause.since)} by ${pause.by}: ${pause.why}`],
    ["retired", retiredAt === undefined ? undefined : `since ${isoTime(retiredAt)}`],
    ["next", next.length === 0 ? "none" : next.map(isoTime).join(", ")],
  ];
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const ticks = open.length > 0 ? open : last === undefined ? [] : [last];
  const title = open.length > 0 ? "ticks without an end:" : "last tick:";
  return [...columns(known), ...(ticks.length === 0 ? [] : ["", title, ...columns([tickHead, ...ticks.map(tickRow)])])];
}
