/** A fenced block of a page: ```yaml pipeline has the language `yaml` and the kind `pipeline`. */
export interface CodeBlock {
  readonly language: string;
  readonly kind: string;
  readonly text: string;
  /** Of its first line of text, from 1. */
  readonly line: number;
}

/** The fenced blocks of a page, also those inside lists, with the list's indentation taken off. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  return [...page.matchAll(/^( *)```(\w*) ?([^\n`]*)\n([^]*?)^ *```$/gm)].map((found) => {
    const [, indent = "", language = "", kind = "", body = ""] = found;
    const line = page.slice(0, found.index).split("\n").length + 1;
    const text = body
      .split("\n")
      .map((each) => (each.startsWith(indent) ? each.slice(indent.length) : each))
      .join("\n");
    return { language, kind: kind.trim(), text, line };
  });
}

/** Everything a reader takes for code: fenced and indented blocks, and spans between backticks. */
export function codeOf(page: string): readonly string[] {
  const rest = proseOf(page);
  const indented = [...rest.matchAll(/^ {4}\S.*$/gm)].map(([line]) => line.trim());
  const spans = [...rest.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  return [...codeBlocks(page).flatMap(({ text }) => text.split("\n")), ...indented, ...spans];
}

/** Targets of the links of a page, images included. */
export function linksOf(page: string): readonly string[] {
  const rest = proseOf(page).replaceAll(/`[^`\n]+`/g, "");
  return [...rest.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** The anchors that a page's headings make, as code hosts do. */
export function anchorsOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function proseOf(page: string): string {
  return page.replaceAll(/^ *```[^]*?^ *```$/gm, "");
}
