import { createControlClient, type ReloadResult } from "@signalbox/core";
import { Command } from "commander";
import { describeFindings } from "../findings/print.ts";
import { type GlobalOptions, openSettings, projectDirOf, type Session } from "../session.ts";
import { colorsFor, writeJson, writeLine } from "../terminal/io.ts";
import { reloadCounts } from "../view/reload-counts.ts";
import { caller } from "./dead-letters/client.ts";
import { positiveNumber } from "./status.ts";
import { trouble, type Verb } from "./verb.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
  readonly check?: boolean;
  readonly timeout: number;
}

export function reloadVerb(session: Session): Verb {
  const command = new Command("reload")
    .summary("have the running engine read its files again")
    .description(
      "Has the engine of this project take up what changed in its files, and says what became of it. Pipelines that did " +
        "not change are not touched; those that did finish what they have in flight first; what is bad is refused, and " +
        "what ran before runs on.",
    )
    .option("--json", "print the result as JSON")
    .option("--check", "only say what would change")
    .option("--timeout <seconds>", "how long to wait for the answer", positiveNumber, 120)
    .action(async (_own: Options, called: Command) => {
      session.finish(await reload(session, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox reload", says: "after an edit, where the files are not watched" },
      { line: "signalbox reload --check", says: "what would start, change and end" },
    ],
    exitCodes: [
      { code: 0, when: "everything in the files was taken up (with --check: would be)" },
      { code: 1, when: "something was refused, or the files have errors" },
      trouble,
      { code: 3, when: "no engine runs here (ENGINE_NOT_RUNNING)" },
    ],
  };
}

async function reload(session: Session, options: Options): Promise<number> {
  const { io } = session;
  const projectDir = await projectDirOf(session, options);
  const { control } = await openSettings(session, projectDir);
  const client = createControlClient({ path: control.socket, timeoutMs: options.timeout * 1_000 });
  const result = await client.reload(options.check === true, caller());
  if (options.json === true) writeJson(io.stdout, result);
  else await print(session, projectDir, result);
  const isRefused = result.changes.some(({ what }) => what === "refused");
  return isRefused || result.findings.some(({ severity }) => severity === "error") ? 1 : 0;
}

async function print({ io, redaction }: Session, projectDir: string, result: ReloadResult): Promise<void> {
  const colors = colorsFor(io.stdout, io.env);
  const { changes, findings, isCheck } = result;
  if (findings.length > 0) {
    const hasFrames = io.stdout.isTTY === true;
    writeLine(io.stdout, redaction.hide(await describeFindings(findings, { projectDir, colors, hasFrames })));
  }
  for (const { pipeline, what, reason } of changes) {
    const line = `${what.padEnd("refused".length)}  ${pipeline}${reason === undefined ? "" : `  ${reason}`}`;
    writeLine(io.stdout, what === "refused" ? colors.red(line) : line);
  }
  writeLine(io.stderr, `${isCheck ? "Would be" : "Reloaded"}: ${reloadCounts(result)}.`);
}
