// Secrets that are known by sight: one for each field that can hold one, in every form in which it might come out again.
import { createHash } from "node:crypto";
import { settingsKeys } from "@signalbox/core";
import { components } from "../../components.ts";
import { fieldRows } from "../../docs/field-rows.ts";

/** Every field of the product that is marked as secret: `sink http auth.bearer`, `settings store.redis.url`. */
export function secretFields(): readonly string[] {
  const owners = components.map(({ kind, name, schema }) => ({ owner: `${kind} ${name}`, schema }));
  return [...owners, { owner: "settings", schema: settingsKeys }].flatMap(({ owner, schema }) =>
    fieldRows(schema)
      .filter(({ facts }) => facts.isSecret === true)
      .map(({ path }) => `${owner} ${path}`),
  );
}

interface Mark {
  /** Letters by which it is known, whatever is done to those around them. */
  readonly core: string;
  /** Texts of which nobody may see one. */
  readonly texts: readonly string[];
}

/** Makes secrets and finds them again. */
export class Marks {
  readonly #made = new Map<string, Mark>();

  /** The fields that have one. */
  get fields(): readonly string[] {
    return [...this.#made.keys()];
  }

  get texts(): readonly string[] {
    return [...this.#made.values()].flatMap(({ texts }) => texts);
  }

  /** With all that is written otherwise in JSON, in URLs and in HTML. */
  text(field: string): string {
    return this.#note(field, (core) => [`${core} "q" \\ \\\\ ü&%/+=:<x>'\n€ 🔑 ${core}`]);
  }

  /** As a header can hold it. */
  token(field: string): string {
    return this.#note(field, (core) => [`${core}"\\&%/+=<x>'${core}`]);
  }

  pem(field: string): string {
    const label = "PRIVATE KEY-----";
    return this.#note(field, (core) => [`-----BEGIN ${label}\n${core}AAAA\n${core}/+==\n-----END ${label}\n`]);
  }

  /** An address with a password in it. */
  url(field: string, address: (password: string) => string): string {
    return this.#note(field, (core) => {
      const password = `${core}&%/+=:@ü${core}`;
      return [address(encodeURIComponent(password)), password];
    });
  }

  /** The fields whose secrets a text shows: as they are, in base64, or cut off. */
  shownIn(text: string): readonly string[] {
    const runs = text.match(/[A-Za-z0-9+/_-]{8,}/g) ?? [];
    const decoded = runs.flatMap((run) =>
      [0, 1, 2, 3].map((skipped) => Buffer.from(run.slice(skipped), "base64").toString("latin1")),
    );
    const all = [text, ...decoded].join("\n");
    return [...this.#made].filter(([, { core }]) => all.includes(core.slice(0, 8))).map(([field]) => field);
  }

  #note(field: string, textsOf: (core: string) => readonly [string, ...string[]]): string {
    const digits = createHash("sha256").update(field).digest("hex").slice(0, 14);
    const letters = digits.replaceAll(/\d/g, (digit) => "ghijklmnop".charAt(Number(digit)));
    const texts = textsOf(`zq${letters}`);
    this.#made.set(field, { core: `zq${letters}`, texts });
    return texts[0];
  }
}

/** A text as others write it down. */
export function formsOf(text: string): readonly string[] {
  const base64 = (plain: string): string => Buffer.from(plain).toString("base64");
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return [
    text,
    JSON.stringify(text),
    JSON.stringify(JSON.stringify(text)),
    JSON.stringify(text).replaceAll(
      /[^ -~]|[<>&']/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
    encodeURIComponent(text),
    encodeURIComponent(encodeURIComponent(text)).replaceAll(/%\w\w/g, (byte) => byte.toLowerCase()),
    new URLSearchParams({ text }).toString(),
    html,
    ...["u:", "us:", "user:"].map((before) => `Basic ${base64(before + text)}`),
    encodeURIComponent(base64(text)),
    Buffer.from(`${text} and more`).toString("base64url"),
  ];
}
