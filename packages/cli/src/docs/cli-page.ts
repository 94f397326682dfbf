import type { Command } from "commander";
import type { Verb } from "../verbs/verb.ts";
import type { ReferenceFile } from "./component-pages.ts";
import { codeBlock, generatedMark, page, table } from "./markdown.ts";

/** The page of the command line, from the same commands that parse it. */
export function cliPage(program: Command, verbs: readonly Verb[]): ReferenceFile {
  const text = page(
    generatedMark,
    "# Command line",
    "In a checkout: `pnpm signalbox <verb>`. Answers for machines (`--json`) go to standard output, words for people " +
      "beside them to standard error. Colours are left out when the output is no terminal or `NO_COLOR` is set.",
    "## Options of every verb",
    optionTable(program),
    verbs.flatMap((verb) => verbSection(verb)),
  );
  return { path: "cli.md", text };
}

function verbSection({ command, examples, exitCodes, verbs = [] }: Verb, above = "signalbox"): readonly string[] {
  const name = `${above} ${command.name()}`;
  const argumentRows = command.registeredArguments.map((each) => [`\`${each.name()}\``, argumentText(each)]);
  return [
    `## ${name}`,
    command.description(),
    codeBlock("sh", `${name} ${command.usage()}`),
    argumentRows.length === 0 ? "" : table(["Argument", "Meaning"], argumentRows),
    optionTable(command),
    codeBlock("sh", examples.map(({ line, says }) => `${line}   # ${says}`).join("\n")),
    table(
      ["Exit code", "When"],
      exitCodes.map(({ code, when }) => [String(code), when]),
    ),
    ...verbs.flatMap((verb) => verbSection(verb, name)),
  ];
}

function argumentText({ description, argChoices, defaultValue }: Command["registeredArguments"][number]): string {
  const choices = argChoices === undefined ? "" : ` (${argChoices.map((choice) => `\`${choice}\``).join(" or ")})`;
  return `${description}${choices}${defaultText(defaultValue)}`;
}

function optionTable(command: Command): string {
  const rows = command.options
    .filter(({ hidden }) => !hidden)
    .map((option) => {
      const choices = option.argChoices === undefined ? "" : ` (${option.argChoices.join(", ")})`;
      // A boolean's default is said by its name: --no-view is on without it.
      const fallback = option.isBoolean() ? "" : defaultText(option.defaultValueDescription ?? option.defaultValue);
      const variable = option.envVar === undefined ? "" : `; else \`${option.envVar}\``;
      return [`\`${option.flags}\``, `${option.description}${choices}${variable}${fallback}`];
    });
  return rows.length === 0 ? "" : table(["Option", "Meaning"], rows);
}

function defaultText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return value === undefined ? "" : `; default \`${text}\``;
}
