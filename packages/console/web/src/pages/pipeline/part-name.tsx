import type { JSX } from "preact";

/** A step or sink: its name, and what it is where the name does not say. */
export function PartName({
  part: { name, component },
}: {
  part: { readonly name: string; readonly component: string };
}): JSX.Element {
  return (
    <>
      <strong>{name}</strong> {name === component ? null : <span class="muted">{component}</span>}
    </>
  );
}
