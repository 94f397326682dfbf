import type { YamlNode } from "./yaml/node.ts";

/** What to do where YAML read something else than text and an expression was meant. */
export function notTextHint(node: YamlNode): string {
  const indicated = node.source.text.charAt(node.start);
  if (node.kind === "map") {
    return indicated === "{"
      ? "quote it: '{ ... }', or write it under `|`; a file is { file: name.jsonata }"
      : "write the expression under `|`; a file is { file: name.jsonata }";
  }
  if (node.kind === "list") return "quote it: '[ ... ]', or write it under `|`";
  if (node.value === null) return "write the expression behind the colon; text that starts with & or ~ must be quoted";
  return `quote it: '${node.written}'`;
}

/** A guess at what another language put into an expression that does not compile. */
export function expressionHint(text: string, comment: string | undefined): string | undefined {
  if (text.trim() === "") return "write an expression; `$` is the whole message";
  if (/\$\{[^"'}]*\}/.test(text)) return "expressions take no ${...}: put it under `vars:` and write $vars.NAME";
  if (/[^=!<>]===?[^=]/.test(text)) return "JSONata compares with a single =";
  if (/&&|\|\|/.test(text)) return "JSONata writes `and`, `or`";
  if (/(?:^|[^<>=!~])!(?!=)/.test(text)) return "JSONata writes $not( )";
  if (/(?:^|\s)\/\//m.test(text)) return "a comment in JSONata is /* ... */";
  if (/\{\{|\}\}/.test(text) && !/["']/.test(text)) return "this field is an expression as a whole: leave {{ }} out";
  if (comment !== undefined) return "what follows # is a YAML comment: quote the expression if it belongs to it";
  return undefined;
}
