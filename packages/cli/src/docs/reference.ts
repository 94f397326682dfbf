import { consoleOpenApi } from "@signalbox/console";
import { pipelineSchema, type Registry, settingsSchema } from "@signalbox/core";
import type { Program } from "../verbs/verb.ts";
import { cliPage } from "./cli-page.ts";
import { componentPage, type ReferenceFile } from "./component-pages.ts";
import { errorsPage } from "./errors-page.ts";
import { functionsPage } from "./functions-page.ts";
import { httpApiPage } from "./http-api-page.ts";
import { indexPage } from "./index-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { pipelinePage } from "./pipeline-page.ts";
import { settingsPage } from "./settings-page.ts";

/** Every file of the reference. The same definitions give the same texts, byte for byte. */
export function referenceFiles(registry: Registry, program: Program): readonly ReferenceFile[] {
  return [
    indexPage(registry),
    pipelinePage(registry),
    settingsPage(registry),
    cliPage(program.command, program.verbs),
    functionsPage(),
    metricsPage(),
    httpApiPage(),
    errorsPage(),
    ...registry.all.map(componentPage),
    { path: "openapi.json", text: jsonFile(consoleOpenApi()) },
    { path: "pipeline.schema.json", text: jsonFile(pipelineSchema(registry)) },
    { path: "settings.schema.json", text: jsonFile(settingsSchema(registry)) },
  ];
}

function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
