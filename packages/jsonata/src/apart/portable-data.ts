/** An evaluation that cannot be made in a worker, for a reason that is not the expression's. It can be made here. */
export class NotApartError extends Error {
  override readonly name = "NotApartError";
}

/**
 * Checks that a copy made for a worker is the same data. Copying drops what makes a Buffer, a Date or an object of a class
 * more than its fields, or refuses it, so these stay here.
 * @throws NotApartError for anything but plain data, and for data nested too deeply to copy
 */
export function checkPortable(data: unknown): void {
  try {
    check(data);
  } catch (cause) {
    if (cause instanceof NotApartError) throw cause;
    throw new NotApartError("the data is nested too deeply to copy it for a worker", { cause });
  }
}

function check(value: unknown): void {
  if (typeof value === "function" || typeof value === "symbol") throw unportable(`a ${typeof value}`);
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) check(item);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // Plain objects of any kind: their prototype is none, or has none itself.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw unportable(`a ${classOf(prototype)}`);
  for (const key of Object.keys(value)) check((value as Record<string, unknown>)[key]);
}

const unportable = (what: string): NotApartError =>
  new NotApartError(`the data holds ${what}, which cannot be copied for a worker`);

function classOf(prototype: unknown): string {
  const { constructor } = prototype as { constructor?: { name?: unknown } };
  return typeof constructor?.name === "string" ? constructor.name : "object of a class";
}
