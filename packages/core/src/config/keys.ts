import type { Path, Walk } from "./walk.ts";
import { didYouMean } from "./suggest.ts";
import { locationOf, type YamlKey } from "./yaml/node.ts";

/** `"subscribe[0].asset" of source "akenza"`; the label alone for the whole. */
export function describePath(path: Path, label: string): string {
  const text = formatPath(path);
  return text === "" ? label : `"${text}" of ${label}`;
}

export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

export function reportUnknownKey(
  key: YamlKey,
  { fields, path, walk }: { fields: readonly string[]; path: Path; walk: Walk },
): void {
  const at = locationOf(key);
  if (walk.commonKeys?.includes(key.text) === true) {
    walk.scope.findings.error({
      code: "CONFIG_FIELD_MISPLACED",
      message: `"${key.text}" stands beside the component's key, not inside ${walk.label}`,
      suggestion: `move "${key.text}" one level up`,
      at,
    });
    return;
  }
  const suggestion = mergeKeyHint(key) ?? didYouMean(key.text, fields) ?? listHint(fields);
  walk.scope.findings.error({
    code: "CONFIG_FIELD_UNKNOWN",
    message: `${describePath(path, walk.label)} has no field "${key.text}"`,
    at,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

export function mergeKeyHint(key: YamlKey): string | undefined {
  return key.text === "<<" ? "YAML 1.2 has no merge key: write the fields out" : undefined;
}

export function listHint(fields: readonly string[]): string | undefined {
  if (fields.length === 0) return "it has no fields";
  return fields.length <= 12 ? `fields: ${fields.join(", ")}` : undefined;
}
