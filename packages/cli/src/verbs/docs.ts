import { resolve } from "node:path";
import { SignalboxError } from "@signalbox/core";
import { Command } from "commander";
import { compareReference, writeReference } from "../docs/folder.ts";
import { referenceFiles } from "../docs/reference.ts";
import { type GlobalOptions, projectDirOf, type Session } from "../session.ts";
import { writeLine } from "../terminal/io.ts";
import { type Program, trouble, type Verb } from "./verb.ts";

interface Options extends GlobalOptions {
  readonly check?: boolean;
  readonly out: string;
}

/** `program` is asked for when the verb runs: the reference of the command line holds this verb too. */
export function docsVerb(session: Session, program: () => Program): Verb {
  const command = new Command("docs")
    .summary("write the reference")
    .description(
      "Writes the reference from the definitions in the code: a page for each component, errors, settings, pipelines, " +
        "functions of expressions, this command line, and the JSON Schemas for editors.",
    )
    .option("--check", "write nothing; fail when a file differs from what would be written")
    .option("--out <dir>", "folder of the reference, from the project folder", "docs/reference")
    .action(async (_own: Options, called: Command) => {
      session.finish(await docs(session, program(), called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox docs", says: "write docs/reference" },
      { line: "signalbox docs --check", says: "in CI: is docs/reference up to date?" },
    ],
    exitCodes: [
      { code: 0, when: "the reference is written, or up to date with --check" },
      { code: 1, when: "with --check: a file is missing, differs, or belongs to nothing" },
      trouble,
    ],
  };
}

async function docs(session: Session, program: Program, options: Options): Promise<number> {
  const { io, registry } = session;
  const folder = resolve(await projectDirOf(session, options), options.out);
  const files = referenceFiles(registry, program);
  if (options.check !== true) {
    const changed = await writeReference(folder, files);
    writeLine(io.stderr, `${files.length} files in ${folder}, ${changed} of them changed.`);
    return 0;
  }
  const differences = await compareReference(folder, files);
  if (differences.length === 0) return 0;
  for (const { path, what } of differences) writeLine(io.stdout, `${path}  ${what}`);
  throw new SignalboxError("DOCS_OUTDATED", `${folder} is not what the definitions say`, { hint: "run `pnpm docs`" });
}
