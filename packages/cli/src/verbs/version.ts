import { Command } from "commander";
import type { Session } from "../session.ts";
import { writeJson, writeLine } from "../terminal/io.ts";
import { productVersion } from "../version.ts";
import type { Verb } from "./verb.ts";

export function versionVerb({ io, finish }: Session): Verb {
  const command = new Command("version")
    .summary("say which version this is")
    .description("Says which version of Signalbox this is, and which Node.js runs it.")
    .option("--json", "print JSON")
    .action(({ json = false }: { json?: boolean }) => {
      const facts = { signalbox: productVersion(), node: process.version, controlApi: 1 };
      if (json) writeJson(io.stdout, facts);
      else writeLine(io.stdout, `signalbox ${facts.signalbox} (Node.js ${facts.node})`);
      finish(0);
    });
  return {
    command,
    examples: [{ line: "signalbox version --json", says: "the same for a script" }],
    exitCodes: [{ code: 0, when: "always" }],
  };
}
