// Fields of objects: chosen, left out, renamed, and taken over from `$meta`.
import { namesOf, objectOf, shown, textOf } from "./arguments.ts";
import { definePart } from "./definition.ts";

type Fields = Readonly<Record<string, unknown>>;

export const fields = definePart("Fields", {
  pick: {
    usage: "$pick(object, names)",
    summary: "The object with these fields alone, in the order of the names. Fields it does not have are left out.",
    signature: "<o-a<s>:o>",
    needs: 2,
    call: (object: Fields, names: unknown) => pick(objectOf(object, "the object"), namesOf(names)),
    examples: [
      {
        expression: '$pick(data, ["co2", "humidity"])',
        input: { data: { co2: 600, raw: "01" } },
        result: { co2: 600 },
      },
    ],
  },
  omit: {
    usage: "$omit(object, names)",
    summary: "The object without these fields.",
    signature: "<o-a<s>:o>",
    needs: 2,
    call: (object: Fields, names: unknown) => {
      const omitted = new Set(namesOf(names));
      return made(Object.entries(objectOf(object, "the object")).filter(([name]) => !omitted.has(name)));
    },
    examples: [{ expression: 'data.$omit("raw")', input: { data: { co2: 600, raw: "01" } }, result: { co2: 600 } }],
  },
  rename: {
    usage: "$rename(object, names)",
    summary:
      "The object with fields under new names: old name to new name. Others stay as they are. Two fields of one name are an error.",
    signature: "<o-o:o>",
    needs: 2,
    call: (object: Fields, names: Fields) => rename(objectOf(object, "the object"), objectOf(names, "the names")),
    examples: [
      {
        expression: '$rename(data, {"temp": "temperature"})',
        input: { data: { temp: 21, humidity: 40 } },
        result: { temperature: 21, humidity: 40 },
      },
    ],
  },
  withMeta: {
    usage: "$withMeta(body, meta, names)",
    summary:
      'The body with these fields of `$meta` in it, over fields of the same name: `$withMeta($, $meta, ["device", "time"])`. Names are an array, or an object that says what each is called in the body. Fields that the message does not have are left out.',
    signature: "<oo(aso):o>",
    needs: 3,
    call: (body: Fields, meta: Fields, names: unknown) => withMeta(body, meta, names),
    examples: [
      {
        expression: '$withMeta($, {"device": "d1", "time": "2026-01-01T00:00:00Z"}, ["device", "time"])',
        input: { co2: 600 },
        result: { co2: 600, device: "d1", time: "2026-01-01T00:00:00Z" },
      },
      {
        expression: '$withMeta(data, {"device": "d1"}, {"device": "id"})',
        input: { data: { co2: 600 } },
        result: { co2: 600, id: "d1" },
      },
    ],
  },
});

/** An object of own fields, whatever their names; those that are nothing are left out. */
function made(entries: readonly (readonly [string, unknown])[]): Fields {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function pick(object: Fields, names: readonly string[]): Fields {
  return made(names.filter((name) => Object.hasOwn(object, name)).map((name) => [name, object[name]]));
}

function rename(object: Fields, names: Fields): Fields {
  const entries = Object.entries(object).map(([name, value]) => {
    const renamed = Object.hasOwn(names, name) ? textOf(names[name], "the new name of a field") : name;
    return [renamed, value] as const;
  });
  const seen = new Set<string>();
  for (const [name] of entries) {
    if (seen.has(name)) throw new Error(`there would be two fields ${shown(name)}`);
    seen.add(name);
  }
  return made(entries);
}

function withMeta(body: unknown, meta: unknown, names: unknown): Fields {
  const source = objectOf(meta, "the metadata");
  const isList = typeof names === "string" || Array.isArray(names);
  const pairs = isList
    ? namesOf(names).map((name) => [name, name] as const)
    : Object.entries(objectOf(names, "the names")).map(([name, to]) => [name, textOf(to, "the new name")] as const);
  const taken = pairs.filter(([name]) => Object.hasOwn(source, name)).map(([name, to]) => [to, source[name]] as const);
  return made([...Object.entries(objectOf(body, "the body")), ...taken]);
}
