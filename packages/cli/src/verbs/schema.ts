import { pipelineSchema, settingsSchema } from "@signalbox/core";
import { Argument, Command } from "commander";
import type { Session } from "../session.ts";
import { writeJson } from "../terminal/io.ts";
import { trouble, type Verb } from "./verb.ts";

export function schemaVerb({ io, registry, finish }: Session): Verb {
  const command = new Command("schema")
    .summary("print a JSON Schema for editors")
    .description("Prints the JSON Schema of pipeline files or of signalbox.yaml, for editors and other tools.")
    .addArgument(new Argument("[file]", "which file").choices(["pipeline", "settings"]).default("pipeline"))
    .action((which: "pipeline" | "settings") => {
      writeJson(io.stdout, which === "pipeline" ? pipelineSchema(registry) : settingsSchema(registry));
      finish(0);
    });
  return {
    command,
    examples: [
      { line: "signalbox schema > pipeline.schema.json", says: "the schema of pipelines" },
      { line: "signalbox schema settings", says: "the schema of signalbox.yaml" },
    ],
    exitCodes: [{ code: 0, when: "the schema was printed" }, trouble],
  };
}
