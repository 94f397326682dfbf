import type { LivePipeline, PipelineDetail } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { get } from "../../data/api.ts";
import { formatPlace } from "../../data/place.ts";
import { useResource } from "../../data/resource.ts";
import type { Mark } from "../../editor/editor.ts";
import { EditorHost } from "../../editor/host.tsx";
import { Panel } from "../../ui/page.tsx";
import { Asked, Empty } from "../../ui/states.tsx";

/** What the file says, with what is wrong with it. For reading: files are changed where they are kept. */
export function YamlView({ pipeline: { name, hash } }: { pipeline: LivePipeline }): JSX.Element {
  const path = `pipelines/${encodeURIComponent(name)}`;
  const found = useResource(`${path} ${hash}`, (signal) => get<PipelineDetail>(path, signal), { everyMs: 10_000 });
  return (
    <Asked of={found} what="the file">
      {(detail) => <File detail={detail} hash={hash} />}
    </Asked>
  );
}

function File({ detail: { file, findings, refused }, hash }: { detail: PipelineDetail; hash: string }): JSX.Element {
  const marks = useMemo(
    () =>
      findings.map(({ severity, message, at }): Mark => {
        return { severity: severity === "error" ? "error" : "warning", message, line: at.line, column: at.column };
      }),
    [findings],
  );
  const tools = <span class="muted">revision {hash.slice(0, 8)} runs; the file is changed where it is kept</span>;
  return (
    <>
      {refused === undefined ? null : (
        <div class="notice level-bad">
          <strong>What the file says now is not what runs.</strong>
          {refused.reason === undefined ? null : <span>{refused.reason}</span>}
        </div>
      )}
      {findings.length === 0 ? null : (
        <Panel title="Findings">
          <ul class="panel-body stack">
            {findings.map(({ severity, code, message, at }) => (
              <li key={`${code} ${formatPlace(at)}`} class={`notice level-${severity === "error" ? "bad" : "warn"}`}>
                <strong>{message}</strong>
                <span>
                  <code>{formatPlace(at)}</code> <span class="tag">{code}</span>
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title={<code>{file.path}</code>} tools={tools}>
        {file.text === undefined ? (
          <Empty title="The file cannot be read any more" />
        ) : (
          <EditorHost
            language="yaml"
            label={file.path}
            text={file.text}
            marks={marks}
            line={file.line}
            class="editor-file"
          />
        )}
      </Panel>
    </>
  );
}
