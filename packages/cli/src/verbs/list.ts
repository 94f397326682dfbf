import { type ComponentKind, formatLocation, type Registry } from "@signalbox/core";
import { Argument, Command } from "commander";
import { type GlobalOptions, openProject, type Session } from "../session.ts";
import { writeJson, writeLine } from "../terminal/io.ts";
import { columns, printable } from "../terminal/text.ts";
import { counted } from "./validate.ts";
import { trouble, type Verb } from "./verb.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
}

export function listVerb(session: Session): Verb {
  const command = new Command("list")
    .summary("list components or pipelines")
    .description("Lists the components this product ships, or the pipelines of the project that can run.")
    .addArgument(new Argument("<what>", "what to list").choices(["components", "pipelines"]))
    .option("--json", "print JSON")
    .action(async (what: "components" | "pipelines", _own: Options, called: Command) => {
      const options = called.optsWithGlobals<Options>();
      session.finish(what === "components" ? listComponents(session, options) : await listPipelines(session, options));
    });
  return {
    command,
    examples: [
      { line: "signalbox list components", says: "every source, step, sink and connection, one line each" },
      { line: "signalbox list pipelines --json", says: "name, place and parts of each pipeline" },
    ],
    exitCodes: [
      { code: 0, when: "the list is whole" },
      { code: 1, when: "some pipelines are left out because their files have errors" },
      trouble,
    ],
  };
}

function listComponents({ io, registry }: Session, { json = false }: Options): number {
  if (json) {
    writeJson(
      io.stdout,
      registry.all.map(({ kind, name, summary }) => ({ kind, name, summary })),
    );
    return 0;
  }
  const blocks = kinds.map((kind) => [`${kind}s`, ...indented(componentRows(registry, kind))].join("\n"));
  writeLine(io.stdout, blocks.join("\n\n"));
  return 0;
}

const kinds: readonly ComponentKind[] = ["source", "step", "sink", "connection"];

function componentRows(registry: Registry, kind: ComponentKind): readonly (readonly string[])[] {
  return registry.all.filter((each) => each.kind === kind).map(({ name, summary }) => [name, summary]);
}

async function listPipelines(session: Session, options: Options): Promise<number> {
  const { io } = session;
  const { pipelines, findings } = (await openProject(session, options)).project;
  if (options.json === true) {
    writeJson(
      io.stdout,
      pipelines.map(({ name, description, at, hash, isEnabled, source, steps, sinks }) => ({
        name,
        ...(description === undefined ? {} : { description }),
        at,
        hash,
        isEnabled,
        source: source.definition.name,
        steps: steps.map((step) => ({ name: step.name, component: step.definition.name })),
        sinks: sinks.map((sink) => ({ name: sink.name, component: sink.definition.name })),
      })),
    );
  } else {
    const rows = pipelines.map(({ name, at, isEnabled, source, steps, sinks }) => {
      const into = sinks.map((sink) => sink.name).join(" + ");
      const flow = [source.definition.name, ...steps.map((step) => step.name), into].join(" > ");
      return [name, isEnabled ? flow : `${flow} (not enabled)`, formatLocation(at)].map(printable);
    });
    if (rows.length > 0) writeLine(io.stdout, columns(rows).join("\n"));
  }
  const errors = findings.filter(({ severity }) => severity === "error").length;
  if (errors === 0) return 0;
  writeLine(io.stderr, `${counted(errors, "error")} in the files; see \`signalbox validate\`.`);
  return 1;
}

function indented(rows: readonly (readonly string[])[]): readonly string[] {
  return columns(rows).map((line) => `  ${line}`);
}
