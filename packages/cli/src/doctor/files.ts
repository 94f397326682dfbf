import { readFile, stat } from "node:fs/promises";
import { basename, relative } from "node:path";
import { type CheckResult, formatLocation, reviewPipelines } from "@signalbox/core";
import { counted } from "../verbs/validate.ts";
import type { Surroundings } from "./check.ts";

/** What `validate` finds, in a line. */
export function lookAtPipelines({ project, clock }: Surroundings): CheckResult {
  const subject = "signalbox.yaml and pipelines";
  const { pipelines, documentCount } = project;
  const findings = [...project.findings, ...reviewPipelines(pipelines, clock.now())];
  const errors = findings.filter(({ severity }) => severity === "error");
  const standing = `${pipelines.length} of ${counted(documentCount, "pipeline")} can run`;
  const [first] = [...errors, ...findings];
  if (first === undefined && documentCount === 0) {
    const advice = "Write one: pipelines are YAML files in pipelines/, or where `pipelines` of signalbox.yaml says.";
    return { subject, status: "error", found: "there are no pipelines", advice };
  }
  if (first === undefined) return { subject, status: "ok", found: standing };
  const { at, code, message } = first;
  const count = `${counted(errors.length, "error")}, ${counted(findings.length - errors.length, "warning")}`;
  return {
    subject,
    status: errors.length > 0 ? "error" : "warning",
    found: `${standing}, ${count}; first: ${formatLocation(at)} ${code} ${message}`,
    advice: "`signalbox validate` shows all of them, each with its place.",
  };
}

const secretName = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|_URL)\s*=\s*\S/i;
const othersRead = 0o004;

/** Files with secrets that every user of the machine may read. */
export async function lookAtSecrets({ project, files }: Surroundings): Promise<CheckResult> {
  const subject = "files with secrets";
  if (process.platform === "win32") return { subject, status: "skipped", found: "Windows keeps rights elsewhere" };
  const secrets = project.secrets.filter((secret) => secret.length >= 6);
  const open: string[] = [];
  let count = 0;
  for (const file of files) {
    const mode = (await stat(file).catch(() => undefined))?.mode;
    const text = mode === undefined ? "" : await readFile(file, "utf8").catch(() => "");
    const isEnv = basename(file).startsWith(".env");
    if (!secrets.some((secret) => text.includes(secret)) && !(isEnv && secretName.test(text))) continue;
    count += 1;
    if (((mode ?? 0) & othersRead) !== 0) open.push(relative(project.settings.projectDir, file));
  }
  if (open.length === 0) return { subject, status: "ok", found: `${counted(count, "file")}, for nobody else to read` };
  return {
    subject,
    status: "warning",
    found: `every user of this machine may read ${open.join(", ")}`,
    advice: `\`chmod o-rwx ${open.join(" ")}\`, and make new secrets where others use the machine.`,
  };
}
