import { type Finding, type Project, reviewPipelines, systemClock } from "@signalbox/core";
import { Command } from "commander";
import { describeFindings } from "../findings/print.ts";
import { type GlobalOptions, type OpenedProject, openProject, type Session } from "../session.ts";
import { colorsFor, writeJson, writeLine } from "../terminal/io.ts";
import { trouble, type Verb } from "./verb.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
  readonly connect?: boolean;
}

export function validateVerb(session: Session): Verb {
  const command = new Command("validate")
    .summary("check the project's files")
    .description(
      "Reads signalbox.yaml and the pipelines and says everything that is wrong with them, each with its place, a code " +
        "and what to do. Nothing is run; with --connect every component is opened and closed again.",
    )
    .argument("[paths...]", "files and folders of pipelines; default: those of signalbox.yaml")
    .option("--json", "print the findings as JSON")
    .option("--connect", "also open and close every component: addresses, keys and databases are tried")
    .action(async (paths: string[], _own: Options, called: Command) => {
      session.finish(await validate(session, paths, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox validate", says: "everything in the project" },
      { line: "signalbox validate pipelines/office-air.yaml --json", says: "one file, for an editor or a CI job" },
      { line: "signalbox validate --connect", says: "also try every connection, source and sink" },
    ],
    exitCodes: [
      { code: 0, when: "nothing is wrong (warnings may be)" },
      { code: 1, when: "at least one error was found" },
      trouble,
    ],
  };
}

async function validate(session: Session, paths: readonly string[], options: Options): Promise<number> {
  const opened = await openProject(session, options, paths);
  const { project } = opened;
  const failed = options.connect === true ? await tried(opened) : [];
  const remarks = reviewPipelines(project.pipelines, systemClock.now());
  const findings = [...project.findings, ...failed, ...remarks];
  const errors = findings.filter(({ severity }) => severity === "error").length;
  if (options.json === true) writeJson(session.io.stdout, session.redaction.hideIn(report(project, findings)));
  else await print(session, project, findings);
  return errors > 0 ? 1 : 0;
}

// Loaded on use, like all that needs queue and stores: most calls only read files.
async function tried(opened: OpenedProject): Promise<readonly Finding[]> {
  const { connectAll } = await import("../run/connect.ts");
  return await connectAll(opened);
}

function report(project: Project, findings: readonly Finding[]): object {
  return {
    documents: project.documentCount,
    pipelines: project.pipelines.map(({ name, at, isEnabled }) => ({ name, at, isEnabled })),
    findings,
  };
}

async function print({ io, redaction }: Session, project: Project, findings: readonly Finding[]): Promise<void> {
  const colors = colorsFor(io.stdout, io.env);
  const { projectDir } = project.settings;
  if (findings.length > 0) {
    const hasFrames = io.stdout.isTTY === true;
    writeLine(io.stdout, redaction.hide(await describeFindings(findings, { projectDir, colors, hasFrames })));
  }
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const said = [
    `${project.pipelines.length} of ${counted(project.documentCount, "pipeline")} can run`,
    counted(errors, "error"),
    counted(findings.length - errors, "warning"),
  ];
  writeLine(io.stderr, `${said.join(", ")}.`);
}

/** `1 pipeline`, `2 pipelines`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
