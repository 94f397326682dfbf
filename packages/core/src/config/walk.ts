import type { z } from "zod";
import type { FieldFacts } from "../component/fields.ts";
import type { Location } from "../location.ts";
import type { Scope } from "./scope.ts";
import type { YamlNode } from "./yaml/node.ts";

export type Path = readonly (string | number)[];

export interface ReadRequest {
  readonly schema: z.core.$ZodType;
  readonly node: YamlNode;
  /** What is being read, for messages: `sink "http"`. */
  readonly label: string;
  /** The place of the key it stands under: where something missing is reported. */
  readonly keyAt: Location;
  /** Common keys of the item, which an author may have put one level too deep. */
  readonly commonKeys?: readonly string[];
}

/** What the walk learned on its way, by path (`pathKey`). */
export interface Walk extends ReadRequest {
  readonly scope: Scope;
  /** Paths that have a finding already: the schema's complaints about them are echoes. */
  readonly bad: Path[];
  readonly branches: Map<string, number>;
  readonly facts: Map<string, FieldFacts>;
  /** What an author wrote where variables were replaced, so that no message shows their values. */
  readonly interpolated: Map<string, { readonly text: string; readonly written: string }>;
}

/** A path as a key of a Map. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}
