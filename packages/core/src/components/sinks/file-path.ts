import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Template } from "../../component/expression.ts";
import { SignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { isRotatedPath } from "./file-names.ts";

/**
 * The absolute path that `template` gives for a message. Holes hold what devices and callers say: a path that leaves the
 * folder named by the template's literal beginning, or has `..` in the rest, is refused with FILE_PATH_OUTSIDE.
 * With rotation, so is the name of a file that was put aside, with FILE_PATH_RESERVED.
 */
export function createFilePath(
  template: Template,
  { projectDir, isRotated }: { projectDir: string; isRotated: boolean },
): (message: Message) => Promise<string> {
  const literal = template.literalStart;
  const folder = resolve(projectDir, literal.slice(0, literal.lastIndexOf("/") + 1));
  return async (message) => {
    const text = await template.render(message);
    const path = resolve(projectDir, text);
    const climbs = text.slice(literal.length).split(/[\\/]/).includes("..");
    if (climbs || !isInside(folder, path) || text.includes("\0")) throw outside(template, text);
    if (isRotated && isRotatedPath(path)) throw reserved(template, text);
    return path;
  };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(template: Template, text: string): SignalboxError {
  return new SignalboxError(
    "FILE_PATH_OUTSIDE",
    `${JSON.stringify(text)} leads out of the folder its path starts with`,
    {
      at: template.at,
      hint: "encode what the hole gives, for example with $replace(deviceId, /[^A-Za-z0-9]/, '_')",
    },
  );
}

function reserved(template: Template, text: string): SignalboxError {
  const problem = `${JSON.stringify(text)} is named like a file that was put aside, and would be removed like one`;
  return new SignalboxError("FILE_PATH_RESERVED", problem, {
    at: template.at,
    hint: "let the path end with an extension, such as .ndjson",
  });
}
