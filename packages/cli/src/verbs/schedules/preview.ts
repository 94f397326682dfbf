import { describeOdd, previewPipeline, type SchedulePreview, SignalboxError, systemClock } from "@signalbox/core";
import { Command, InvalidArgumentError } from "commander";
import { type GlobalOptions, openProject, type Session } from "../../session.ts";
import { writeJson, writeLine } from "../../terminal/io.ts";
import { columns, printable } from "../../terminal/text.ts";
import { trouble, type Verb } from "../verb.ts";
import { count } from "./history.ts";

interface Options extends GlobalOptions {
  readonly count: number;
  readonly from?: number;
  readonly json?: boolean;
}

export function previewVerb(session: Session): Verb {
  const command = new Command("preview")
    .summary("say when a schedule is due next")
    .description(
      "Lists the next planned times of a schedule in its zone and in UTC, from the project's files: no engine is needed. Local " +
        "times that do not exist on a day, or come twice, are marked. `jitter` and `spread` come on top.",
    )
    .argument("<name>", "the pipeline's name")
    .option("--count <count>", "how many", count, 10)
    .option("--from <time>", "those after this time, in ISO 8601; default now", from)
    .option("--json", "print them as JSON")
    .action(async (name: string, _own: Options, called: Command) => {
      session.finish(await preview(session, name, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox schedules preview night-setback --count 20", says: "the next twenty" },
      {
        line: "signalbox schedules preview night-setback --from 2026-03-28T00:00Z",
        says: "around a change of the clocks",
      },
    ],
    exitCodes: [{ code: 0, when: "the schedule is good" }, trouble],
  };
}

async function preview(session: Session, name: string, options: Options): Promise<number> {
  const { stdout } = session.io;
  const { project } = await openProject(session, options);
  const pipeline = project.pipelines.find((each) => each.name === name);
  const after = options.from ?? systemClock.now();
  const found = pipeline === undefined ? undefined : previewPipeline(pipeline, after, options.count);
  if (found === undefined) throw unknown(name, pipeline !== undefined, project.brokenNames.has(name));
  if (options.json === true) writeJson(stdout, found);
  else writeLine(stdout, describe(found).map(printable).join("\n"));
  return 0;
}

function describe({ plan, timezone, times, odd }: SchedulePreview): readonly string[] {
  const rows = times.map((time) => {
    const marks = time.odd.map(({ kind, local }) =>
      kind === "hole" ? `for ${local.slice(11)}, which does not exist` : "comes twice",
    );
    return [time.local, time.utc, marks.join("; ")];
  });
  const notes = odd.map((each) => describeOdd(each, timezone));
  return [
    plan,
    ...(times.length === 0 ? ["It is not due any more."] : columns([[timezone, "UTC", ""], ...rows])),
    ...(notes.length === 0 ? [] : ["", ...notes]),
  ];
}

function unknown(name: string, isThere: boolean, isBroken: boolean): SignalboxError {
  if (isThere) return new SignalboxError("CLI_SCHEDULE_UNKNOWN", `pipeline "${name}" has no schedule source`);
  return new SignalboxError("CLI_SCHEDULE_UNKNOWN", `the project has no good pipeline "${name}"`, {
    hint: isBroken ? "it has errors: run signalbox validate" : "signalbox validate --json names those there are",
  });
}

function from(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError("It looks like 2026-03-01T10:00:00Z.");
}
