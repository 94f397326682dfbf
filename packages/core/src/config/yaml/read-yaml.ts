// From text to YamlNode trees, one per document. Everything the yaml package reports becomes a finding with a place.
// Not here: what the trees mean (../pipeline.ts, ../settings.ts), and hints for common slips (syntax-hints.ts).

import { type Document, parseAllDocuments, type YAMLError } from "yaml";
import type { Findings } from "../findings.ts";
import type { SourceText } from "../source-text.ts";
import { messageOf } from "../../errors/error.ts";
import type { YamlNode } from "./node.ts";
import { describeSyntaxError } from "./syntax-hints.ts";
import { buildTree } from "./tree.ts";

/** The documents of a file that are not empty: well-formed ones as trees, the others as `undefined` with findings. */
export function readYaml(source: SourceText, findings: Findings): readonly (YamlNode | undefined)[] {
  const tooDeep = depthProblem(source.text);
  if (tooDeep !== undefined) {
    findings.error({
      code: "CONFIG_YAML_SYNTAX",
      message: `more than ${maxOpenBrackets} brackets stand open here`,
      at: source.locate(tooDeep),
    });
    return [undefined];
  }
  try {
    const documents = parseAllDocuments(source.text, {
      version: "1.2",
      schema: "core",
      merge: false,
      resolveKnownTags: false,
      stringKeys: true,
      // Checked in tree.ts: the package compares every key with every other one.
      uniqueKeys: false,
      strict: true,
      keepSourceTokens: true,
      prettyErrors: false,
      logLevel: "silent",
    });
    return [...documents].filter(hasContent).map((document) => treeOf(document, { source, findings }));
  } catch (error) {
    // The parser recurses; nesting thousands of levels deep exhausts its stack.
    const isTooDeep = error instanceof RangeError;
    findings.error({
      code: "CONFIG_YAML_SYNTAX",
      message: isTooDeep ? "this is nested too deeply to be read" : `this cannot be read: ${messageOf(error)}`,
      at: source.locate(0),
    });
    return [undefined];
  }
}

/** Beyond this the parser takes quadratic time. Texts that are no brackets of YAML count too: nobody writes so many. */
const maxOpenBrackets = 2000;

function depthProblem(text: string): number | undefined {
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === "{" || unit === "[") open += 1;
    else if ((unit === "}" || unit === "]") && open > 0) open -= 1;
    if (open > maxOpenBrackets) return at;
  }
  return undefined;
}

type ParsedDocument = Document.Parsed;

function hasContent(document: ParsedDocument): boolean {
  if (document.errors.length > 0 || document.warnings.length > 0) return true;
  const { contents } = document;
  if (contents === null) return false;
  return contents.range[1] > contents.range[0] || contents.tag !== undefined;
}

interface Reading {
  readonly source: SourceText;
  readonly findings: Findings;
}

function treeOf(document: ParsedDocument, { source, findings }: Reading): YamlNode | undefined {
  const errors = [...document.errors, ...document.warnings];
  reportErrors(errors, { source, findings });
  if (errors.length > 0 || document.contents === null) return undefined;
  return buildTree(document.contents, { source, findings });
}

/**
 * The parser stumbles on after a mistake. What it says further on the same line is an echo, and so is every token it
 * then finds behind the end of the document.
 */
function reportErrors(errors: readonly YAMLError[], { source, findings }: Reading): void {
  const linesSpokenOf = new Set<number>();
  for (const error of [...errors].sort((a, b) => a.pos[0] - b.pos[0])) {
    const finding = describeSyntaxError(error, source);
    const isEcho = linesSpokenOf.size > 0 && error.message.includes(" in YAML stream");
    if (isEcho || linesSpokenOf.has(finding.at.line)) continue;
    linesSpokenOf.add(finding.at.line);
    findings.error(finding);
  }
}
