import { parseDuration } from "@signalbox/core";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Level, levels } from "../log/level.ts";
import type { GlobalOptions, Session } from "../session.ts";
import { trouble, type Verb } from "./verb.ts";

export interface RunOptions extends GlobalOptions {
  readonly log: "auto" | "text" | "json";
  readonly logLevel: Level;
  readonly view: boolean;
  readonly watch: boolean;
  readonly summary: number;
  readonly check?: boolean;
}

export function runVerb(session: Session): Verb {
  const command = new Command("run")
    .summary("run the project's pipelines")
    .description(
      "Runs the pipelines until it is told to stop (Ctrl-C, SIGTERM): sources first, then what is in flight, within " +
        "shutdownTimeout; a second signal ends it at once. Files that change are taken up while it runs, and so they are " +
        "on SIGHUP and by `signalbox reload`. A file with errors stops its own pipelines only. Without " +
        "AKENZA_API_KEY, AKENZA_ACCESS_TOKEN or AKENZA_BASE_URL a simulated akenza stands in; its address is in " +
        "SIGNALBOX_SIMULATOR_URL for the pipelines.",
    )
    .argument("[paths...]", "files and folders of pipelines; default: those of signalbox.yaml")
    .addOption(
      new Option("--log <form>", "auto: a live view on a terminal, text lines elsewhere")
        .choices(["auto", "text", "json"])
        .default("auto")
        .env("SIGNALBOX_LOG"),
    )
    .addOption(
      new Option("--log-level <level>", "the least that is logged")
        .choices(levels)
        .default("info")
        .env("SIGNALBOX_LOG_LEVEL"),
    )
    .option("--no-view", "text lines on a terminal too")
    .option("--no-watch", "do not reload by itself when files change (SIGHUP and `signalbox reload` still do)")
    .addOption(
      new Option("--summary <duration>", "time between two summary lines of a pipeline in the log, 0s for none")
        .argParser(duration)
        .default(30_000, "30s"),
    )
    .option("--check", "read everything, say what would run, and end")
    .action(async (paths: string[], _own: RunOptions, called: Command) => {
      // Loaded on use: queue, stores and simulator are half of what there is, and the other verbs do without.
      const { runProject } = await import("../run/run-project.ts");
      session.finish(await runProject(session, paths, called.optsWithGlobals<RunOptions>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox run", says: "everything in the project, with a live view" },
      { line: "signalbox run pipelines/office-air.yaml --no-view", says: "one file, as log lines" },
      { line: "signalbox run --log json", says: "for a container" },
    ],
    exitCodes: [
      { code: 0, when: "stopped, and everything in flight was finished" },
      {
        code: 1,
        when: "stopped, and something had to be parked or was left; or the files have errors and nothing can run",
      },
      trouble,
      { code: 130, when: "ended at once by a second Ctrl-C (143: by SIGTERM)" },
    ],
  };
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError("It looks like 30s or 5m.");
  return milliseconds;
}
