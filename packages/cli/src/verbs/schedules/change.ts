import type { ScheduleClient } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { writeJson, writeLine } from "../../terminal/io.ts";
import { columns, printable } from "../../terminal/text.ts";
import { caller } from "../dead-letters/client.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { openSchedules } from "./client.ts";
import { describeSchedule } from "./show.ts";
import { tickHead, tickRow } from "./tick-rows.ts";

interface Options extends GlobalOptions {
  readonly why?: string;
  readonly json?: boolean;
}

/** What a verb does, and how its answer reads. */
interface Change<T> {
  readonly command: Command;
  readonly example: string;
  readonly done: string;
  readonly ask: (client: ScheduleClient, name: string, options: Options) => Promise<T>;
  readonly lines: (answer: T) => readonly string[];
}

export function runNowVerb(session: Session): Verb {
  return changeVerb(session, {
    command: new Command("run-now")
      .summary("run a tick now")
      .description(
        "Runs a tick of its own now, whether the schedule is paused or at work. It is in the history with the name of the " +
          "user, and takes no planned tick's place.",
      ),
    example: "signalbox schedules run-now night-setback",
    done: "the tick is recorded and will run",
    ask: (client, name) => client.runNow(name, caller()),
    lines: (tick) =>
      columns([
        ["id", ...tickHead],
        [tick.id, ...tickRow(tick)],
      ]),
  });
}

export function pauseVerb(session: Session): Verb {
  return changeVerb(session, {
    command: new Command("pause")
      .summary("let no planned tick run until the schedule is resumed")
      .description(
        "Pauses a schedule, over restarts and on every engine. Ticks that are due meanwhile are recorded as skipped; what runs " +
          "already runs to its end. A pause that is there stays as it is.",
      )
      .option("--why <text>", "the reason, for those who find it paused", "no reason was given"),
    example: 'signalbox schedules pause night-setback --why "valves are serviced"',
    done: "the schedule is paused",
    ask: (client, name, { why = "" }) => client.pause(name, caller(), why),
    lines: describeSchedule,
  });
}

export function resumeVerb(session: Session): Verb {
  return changeVerb(session, {
    command: new Command("resume")
      .summary("let planned ticks run again")
      .description("Ends a pause. Ticks run from now on; those that were skipped stay skipped."),
    example: "signalbox schedules resume night-setback",
    done: "the schedule is at work",
    ask: (client, name) => client.resume(name, caller()),
    lines: describeSchedule,
  });
}

function changeVerb<T extends object>(session: Session, { command, example, done, ask, lines }: Change<T>): Verb {
  command
    .argument("<name>", "the pipeline's name")
    .option("--json", "print the answer as JSON; times are milliseconds since the epoch")
    .action(async (name: string, _own: Options, called: Command) => {
      const options = called.optsWithGlobals<Options>();
      const { stdout } = session.io;
      const answer = await ask(await openSchedules(session, options), name, options);
      if (options.json === true) writeJson(stdout, answer);
      else writeLine(stdout, lines(answer).map(printable).join("\n"));
      session.finish(0);
    });
  return {
    command,
    examples: [{ line: example, says: "by the pipeline's name" }],
    exitCodes: [{ code: 0, when: done }, noEngine, trouble],
  };
}
