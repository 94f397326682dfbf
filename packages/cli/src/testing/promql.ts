/** A metric that a query names, and the labels it asks it for. */
export interface Asked {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** What a PromQL query reads: enough of the language for the queries of this project. */
export function readQuery(query: string): { readonly asked: readonly Asked[]; readonly groupedBy: readonly string[] } {
  const texts = query.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const named = [...texts.matchAll(/\b([a-z_]+)\b(\{[^}]*\})?(?!\s*\()/g)];
  const asked = named
    .filter(([, name = ""]) => name === "up" || name.startsWith("signalbox_"))
    .map(([, metric = "", matchers = ""]) => ({
      metric,
      labels: [...matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label),
    }));
  const groupedBy = [...texts.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list = ""]) =>
    list.split(",").map((label) => label.trim()),
  );
  return { asked, groupedBy };
}
