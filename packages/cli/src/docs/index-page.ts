import type { ComponentKind, Registry } from "@signalbox/core";
import { componentPath, kinds, type ReferenceFile } from "./component-pages.ts";
import { generatedMark, page, table } from "./markdown.ts";

/** Components of one kind, each linked to its page. */
export function componentTable(registry: Registry, kind: ComponentKind): string {
  const shown = registry.all.filter((each) => each.kind === kind);
  return table(
    ["Component", "What it does"],
    shown.map((each) => [`[\`${each.name}\`](${componentPath(each)})`, each.summary]),
  );
}

export function indexPage(registry: Registry): ReferenceFile {
  const text = page(
    generatedMark,
    "# Reference",
    "Written by `pnpm docs` from the definitions in the code; `pnpm check` fails when it is out of date.",
    [
      "- [Pipeline](pipeline.md): the keys of a pipeline and of the items in it",
      "- [Settings](settings.md): `signalbox.yaml`",
      "- [Command line](cli.md)",
      "- [HTTP API](http-api.md): what the console answers under `/api`; for programs [openapi.json](openapi.json)",
      "- [Functions](functions.md): what expressions can call beside JSONata's own",
      "- [Metrics](metrics.md): what `/metrics` of the console exports",
      "- [Errors](errors.md): every code, when it appears and what to do",
      "- For editors: [pipeline.schema.json](pipeline.schema.json), [settings.schema.json](settings.schema.json)",
    ].join("\n"),
    kinds.flatMap((kind) => [`## ${kind}s`, componentTable(registry, kind)]),
  );
  return { path: "README.md", text };
}
