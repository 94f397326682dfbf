import { resolve } from "node:path";
import { systemClock } from "@signalbox/core";
import { Command } from "commander";
import type { Diagnosis, Surroundings } from "../doctor/check.ts";
import { checks } from "../doctor/checks.ts";
import { askEngine } from "../doctor/engine.ts";
import { examine } from "../doctor/examine.ts";
import { countsOf, doctorLines } from "../doctor/render.ts";
import type { Redaction } from "../run/redaction.ts";
import { type GlobalOptions, openProject, type Session } from "../session.ts";
import { colorsFor, writeJson, writeLine } from "../terminal/io.ts";
import { productVersion } from "../version.ts";
import { trouble, type Verb } from "./verb.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
}

export function doctorVerb(session: Session): Verb {
  const command = new Command("doctor")
    .summary("look at everything an engine needs")
    .description(
      "Looks at what an engine of this project needs, before it runs or while it does: Node.js, memory, ports, the store " +
        "and how durable it is, what the akenza key may do, clocks, disks, files and their secrets. Each line says what was " +
        "looked at, what was seen, and what to do about it. Nothing is changed: no command is sent, no store is opened.",
    )
    .option("--json", "print the results as JSON")
    .action(async (_own: Options, called: Command) => {
      session.finish(await doctor(session, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox doctor", says: "the project in this folder" },
      { line: "signalbox doctor --json", says: "for a script: exit code 1 where something is wrong" },
    ],
    exitCodes: [
      { code: 0, when: "nothing is wrong (warnings may be)" },
      { code: 1, when: "at least one thing is wrong" },
      trouble,
    ],
  };
}

async function doctor(session: Session, options: Options): Promise<number> {
  const { io, redaction } = session;
  const { project, hasStandIn, sources } = await openProject(session, options);
  const { projectDir, control } = project.settings;
  const { engine, result } = await askEngine(control.socket);
  const named = project.textFiles.map((file) => resolve(projectDir, file));
  const files = [...new Set([resolve(projectDir, ".env"), ...(await sources()).files, ...named])];
  const around: Surroundings = { project, hasStandIn, files, engine, clock: systemClock };
  const found = [{ group: "engine", ...result }, ...(await examine(checks, around))];
  const results = hidden(found, redaction);
  const counts = countsOf(results);
  if (options.json === true) writeJson(io.stdout, { signalbox: productVersion(), projectDir, counts, checks: results });
  else writeLine(io.stdout, doctorLines(results, colorsFor(io.stdout, io.env)).join("\n"));
  return counts.error > 0 ? 1 : 0;
}

/** Without secrets, whatever a server or a driver put into its words. */
function hidden(results: readonly Diagnosis[], { hide }: Redaction): readonly Diagnosis[] {
  return results.map(({ subject, found, advice, ...rest }) => ({
    ...rest,
    subject: hide(subject),
    found: hide(found),
    ...(advice === undefined ? {} : { advice: hide(advice) }),
  }));
}
