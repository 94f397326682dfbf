import type { ReloadResult } from "@signalbox/core";

/** `1 changed, 1 refused, 3 unchanged`; kinds that did not happen are left out. */
export function reloadCounts({ changes, unchanged }: ReloadResult): string {
  const counts = (["added", "changed", "removed", "refused"] as const).flatMap((what) => {
    const count = changes.filter((change) => change.what === what).length;
    return count === 0 ? [] : `${count} ${what}`;
  });
  return [...counts, `${unchanged} unchanged`].join(", ");
}
