import { boundFunctions, convertibleUnits, type LibraryFunction, unitPrefixes } from "@signalbox/core";
import type { ReferenceFile } from "./component-pages.ts";
import { codeBlock, generatedMark, page, table } from "./markdown.ts";

/** The page of the functions that expressions can call beside JSONata's own, from the library that runs them. */
export function functionsPage(): ReferenceFile {
  const functions = Object.entries(boundFunctions);
  const topics = [...new Set(functions.map(([, { topic }]) => topic))];
  const text = page(
    generatedMark,
    "# Functions",
    "Every expression and template can call these beside [JSONata's own](https://docs.jsonata.org/overview). They change " +
      "none of their arguments. Where an argument they need is nothing, so is the result; options may be left out. What " +
      "cannot be done is an error that says why, at its place in the expression.",
    table(
      ["Function", "What it does"],
      functions.map(([, { usage, summary }]) => [`[\`${usage}\`](#${anchorOf(usage)})`, firstSentence(summary)]),
    ),
    topics.flatMap((topic) => [
      `## ${topic}`,
      ...functions.filter(([, each]) => each.topic === topic).flatMap(functionSection),
    ]),
    "## Units of `$convert`",
    `A \\* behind a unit: it takes the prefixes ${unitPrefixes.map((prefix) => `\`${prefix}\``).join(", ")} (those with an \`i\` only for data).`,
    table(
      ["Measures", "Units"],
      convertibleUnits.map(({ measures, symbols }) => [measures, symbols.map(symbolCell).join(", ")]),
    ),
  );
  return { path: "functions.md", text };
}

function functionSection([name, { usage, summary, signature, examples }]: readonly [
  string,
  LibraryFunction,
]): readonly string[] {
  return [
    `### $${name}`,
    codeBlock("", usage),
    summary,
    `Signature: \`${signature}\``,
    table(
      ["Expression", "Input", "Result"],
      examples.map(({ expression, input, result }) => [code(expression), json(input), json(result) || "nothing"]),
    ),
  ];
}

const anchorOf = (usage: string): string => usage.slice(1).split("(", 1)[0]?.toLowerCase() ?? "";

const firstSentence = (text: string): string => /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;

const code = (text: string): string => `\`${text}\``;

const json = (value: unknown): string => (value === undefined ? "" : code(JSON.stringify(value)));

const symbolCell = (symbol: string): string =>
  symbol.endsWith("*") ? `${code(symbol.slice(0, -1))}\\*` : code(symbol);
