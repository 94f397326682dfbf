// Every function of ours, by name without `$`. Not here: those of JSONata itself.
import { bits } from "./bits.ts";
import { bytes } from "./bytes.ts";
import { climate } from "./climate.ts";
import { crc } from "./crc.ts";
import type { Part } from "./definition.ts";
import { fields } from "./fields.ts";
import { numbers } from "./numbers.ts";
import { series } from "./series.ts";
import { units } from "./units.ts";

export { type Example, type LibraryFunction } from "./definition.ts";
export { convertibleUnits, unitPrefixes } from "./units.ts";

/** What an author of IoT expressions lacks in JSONata. Pass it as `functions` to `compile` and `problems`. */
export const library: Part = { ...fields, ...bytes, ...numbers, ...bits, ...crc, ...units, ...climate, ...series };
