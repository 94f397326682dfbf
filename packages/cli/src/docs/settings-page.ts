import { type Registry, settingsKeys, settingsVariables } from "@signalbox/core";
import type { ReferenceFile } from "./component-pages.ts";
import { fieldRows } from "./field-rows.ts";
import { componentTable } from "./index-page.ts";
import { codeBlock, fieldTable, generatedMark, page, table } from "./markdown.ts";

const example = `
# yaml-language-server: $schema=docs/reference/settings.schema.json
version: 1
connections:
  warehouse:
    postgres: { url: "\${WAREHOUSE_URL}" }
http: { host: 0.0.0.0, port: 8081 }
shutdownTimeout: 20s
`;

/** The page of signalbox.yaml. */
export function settingsPage(registry: Registry): ReferenceFile {
  const text = page(
    generatedMark,
    "# Settings",
    "`signalbox.yaml` stands in the project folder. It may be left out: everything in it has a default. Relative paths " +
      "start at its folder. `${NAME}`, `${NAME:-default}` and `${file:/path}` in its texts are replaced; an optional field " +
      "that they leave empty, as `${NAME:-}` may, counts as not given.",
    codeBlock("yaml settings", example),
    "## Fields",
    fieldTable(fieldRows(settingsKeys), ""),
    "## Environment",
    "A variable counts where the file leaves its setting out.",
    table(
      ["Variable", "Setting"],
      Object.entries(settingsVariables).map(([variable, path]) => [`\`${variable}\``, `\`${path.join(".")}\``]),
    ),
    "## Connections",
    "A connection is shared by all components that name it. Under `connections:` each has a name of your own and one of " +
      "these kinds:",
    componentTable(registry, "connection"),
  );
  return { path: "settings.md", text };
}
