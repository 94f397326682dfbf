import { z } from "zod";

/** Names become parts of keys, ids, metrics and file names: letters, digits, dot, underscore, hyphen. */
export function nameField(): z.ZodType<string> {
  return z
    .string()
    .min(1)
    .superRefine((name, check) => {
      if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return;
      check.addIssue({
        code: "custom",
        message: `"${name.slice(0, 120)}" is not a name`,
        params: {
          code: "CONFIG_NAME_INVALID",
          hint: "use up to 100 letters, digits, dots, underscores and hyphens, a letter or digit first",
        },
      });
    });
}
