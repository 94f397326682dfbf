import type { Location } from "../../location.ts";
import type { SourceText } from "../source-text.ts";

/** What an author wrote, aliases resolved: the yaml package's tree, reduced to what configuration asks of it. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

interface Place {
  readonly source: SourceText;
  /** Offset in the file. */
  readonly start: number;
}

export interface YamlMap extends Place {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
}

export interface YamlList extends Place {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

export interface YamlScalar extends Place {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As it stands in the file, quotes included. */
  readonly written: string;
  readonly isPlain: boolean;
  /** The comment behind it on its line, without the `#`. */
  readonly comment: string | undefined;
  /** The file offset of the value's UTF-16 unit at `index`; beyond the end, the place behind the last one. */
  offsetOf(index: number): number;
}

export interface YamlEntry {
  readonly key: YamlKey;
  readonly value: YamlNode;
}

export interface YamlKey extends Place {
  readonly text: string;
}

export function locationOf(place: Place): Location {
  return place.source.locate(place.start);
}

export function entryOf(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((entry) => entry.key.text === key);
}

export function isEmpty(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** What kind of thing a node is, in words an author knows. */
export function kindOf(node: YamlNode): string {
  if (node.kind === "map") return "a mapping";
  if (node.kind === "list") return "a list";
  if (node.value === null) return "nothing";
  if (typeof node.value === "string") return "text";
  return typeof node.value === "number" ? `the number ${node.written}` : String(node.value);
}
