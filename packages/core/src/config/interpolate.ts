// `${NAME}`, `${NAME:-default}` and `${file:path}` in text; `$${` is a literal `${`.
// Not here: which texts are interpolated at all (read-value.ts).

/** Where values come from. */
export interface Variables {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file under the project folder; throws when it cannot be read. */
  readText(path: string): string;
}

export interface Interpolated {
  readonly text: string;
  /** Values that were put in, and whether their name or kind says that they must not be shown. */
  readonly values: readonly { readonly text: string; readonly written: string; readonly isSecret: boolean }[];
  readonly problems: readonly InterpolationProblem[];
}

export interface InterpolationProblem {
  readonly code: "CONFIG_VARIABLE_MISSING" | "CONFIG_VARIABLE_SYNTAX";
  readonly message: string;
  readonly suggestion: string;
  /** Where in the text. */
  readonly index: number;
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const secretName = /secret|token|passw|credential|private|(?:api|access|auth|sign).{0,12}key|authorization|cookie/i;

/** True for names (of variables, headers) whose values are kept out of logs and findings. */
export function namesSecret(name: string): boolean {
  return secretName.test(name);
}

export function interpolate(text: string, variables: Variables): Interpolated {
  const values: { text: string; written: string; isSecret: boolean }[] = [];
  const problems: InterpolationProblem[] = [];
  if (!text.includes("${")) return { text, values, problems };
  const result = text.replaceAll(/\$\$\{|\$\{([^}]*)(\})?/g, (written: string, ...groups: unknown[]) => {
    if (written === "$${") return "${";
    const [body, brace, index] = groups as [string, string | undefined, number];
    const resolved = brace === undefined ? syntaxProblem(written, index) : resolve({ written, body, index }, variables);
    if ("code" in resolved) {
      problems.push(resolved);
      return "";
    }
    values.push({ ...resolved, written });
    return resolved.text;
  });
  return { text: result, values, problems };
}

/** True for a text that its variables leave empty: `${NAME:-}` where NAME is not set. */
export function isEmptied(text: string, variables: Variables): boolean {
  const { text: left, values, problems } = interpolate(text, variables);
  return left === "" && values.length > 0 && problems.length === 0;
}

type Resolved = { readonly text: string; readonly isSecret: boolean } | InterpolationProblem;

function resolve(reference: { written: string; body: string; index: number }, variables: Variables): Resolved {
  const { written, body, index } = reference;
  if (body.startsWith("file:")) return resolveFile(body.slice("file:".length).trim(), index, variables);
  const separator = body.indexOf(":-");
  const name = separator === -1 ? body : body.slice(0, separator);
  if (!namePattern.test(name)) return syntaxProblem(written, index);
  const value = Object.hasOwn(variables.env, name) ? variables.env[name] : undefined;
  const isSecret = namesSecret(name);
  if (separator !== -1)
    return { text: value === undefined || value === "" ? body.slice(separator + 2) : value, isSecret };
  if (value !== undefined) return { text: value, isSecret };
  return {
    code: "CONFIG_VARIABLE_MISSING",
    message: `the environment variable ${name} is not set`,
    suggestion: `set it, or give a default: \${${name}:-default}`,
    index,
  };
}

function resolveFile(path: string, index: number, variables: Variables): Resolved {
  try {
    // Editors and `echo` end a file with a line break that is no part of the secret.
    return { text: variables.readText(path).replace(/\r?\n$/, ""), isSecret: true };
  } catch {
    return {
      code: "CONFIG_VARIABLE_MISSING",
      message: `the file ${path === "" ? '""' : path} cannot be read`,
      suggestion: "check the path; it starts at the project folder unless it starts with /",
      index,
    };
  }
}

function syntaxProblem(written: string, index: number): InterpolationProblem {
  return {
    code: "CONFIG_VARIABLE_SYNTAX",
    message: `${written.length > 40 ? `${written.slice(0, 40)}...` : written} is not a variable`,
    suggestion: "write ${NAME}, ${NAME:-default} or ${file:path}; a literal ${ is $${",
    index,
  };
}
