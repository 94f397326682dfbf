import { raise } from "../runtime/raise.ts";
import { chargeMade, chargeRead } from "./charge.ts";
import { builtIn, checked, viaReference, type BuiltIn } from "./define.ts";

/** A text in another writing. */
function coded(name: string, run: (text: string) => string): BuiltIn {
  const whole = (text: string): string => {
    chargeRead(text.length);
    return chargeMade(run(text));
  };
  const general = (text: unknown): unknown => {
    if (text === undefined) return undefined;
    return typeof text === "string" ? whole(text) : viaReference(name, [text]);
  };
  const slow = checked(name, general);
  const direct = {
    0: (context: unknown) => (typeof context === "string" ? whole(context) : slow(context)),
    1: (text: unknown, context: unknown) =>
      typeof text === "string" ? whole(text) : text === undefined ? undefined : slow(context, text),
  };
  return builtIn(name, { gives: "string", run: general, checked: slow, direct });
}

function codedUrl(name: string, run: (text: string) => string): BuiltIn {
  return coded(name, (text) => {
    try {
      return run(text);
    } catch {
      raise("D3140", { value: text, functionName: name });
    }
  });
}

export const codes: readonly BuiltIn[] = [
  // One byte a character, whatever it is: only texts of Latin-1 survive.
  coded("base64encode", (text) => Buffer.from(text, "latin1").toString("base64")),
  coded("base64decode", (text) => Buffer.from(text, "base64").toString("latin1")),
  codedUrl("encodeUrl", encodeURI),
  codedUrl("encodeUrlComponent", encodeURIComponent),
  codedUrl("decodeUrl", decodeURI),
  codedUrl("decodeUrlComponent", decodeURIComponent),
];
