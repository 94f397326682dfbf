import type { Change, ChangeList } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get, post, queryOf } from "../../data/api.ts";
import { plural } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { by } from "../../data/session.ts";
import type { Level } from "../../live/level.ts";
import { query } from "../../router.ts";
import { Action } from "../../ui/action.tsx";
import { confirm } from "../../ui/dialog.tsx";
import { Filters } from "../../ui/filters.tsx";
import { jsonLine } from "../../ui/json.tsx";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Pager } from "../../ui/pager.tsx";
import { Asked, Empty } from "../../ui/states.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { At } from "../../ui/times.tsx";
import { toast } from "../../ui/toasts.tsx";

const pageSize = 50;
const filterNames = ["action", "by", "outcome"] as const;
const levels: Readonly<Record<Change["outcome"], Level>> = { done: "ok", refused: "warn", failed: "bad" };

/** Who did what, and when: reloads, logins, and everything by hand. */
export function ChangesPage(): JSX.Element {
  const chosen = Object.fromEntries(filterNames.map((name) => [name, query.value.get(name) ?? ""]));
  const after = query.value.get("after") ?? "";
  const asked = queryOf({ ...chosen, after, limit: pageSize });
  const found = useResource(asked, (signal) => get<ChangeList>(`changes${asked}`, signal), {
    ...(after === "" && { everyMs: 5_000 }),
  });
  return (
    <Page
      title="Changes"
      lead="Reloads, logins, and everything that was done by hand."
      actions={<Action run={() => askReload(found.reload)}>Read the files again</Action>}
    >
      <Filters
        fields={[
          { name: "action", title: "What" },
          { name: "by", title: "Who" },
          { name: "outcome", title: "Outcome", options: ["done", "refused", "failed"] },
        ]}
      />
      <Panel>
        <Asked of={found} what="the changes">
          {({ changes, next }) =>
            changes.length === 0 ? (
              <Empty title="Nothing was done yet" />
            ) : (
              <>
                <Table label="Changes" rows={changes} columns={columns} rowKey={({ id }) => id} />
                <Pager next={next} toFirst="To the newest" toNext="Older ones" />
              </>
            )
          }
        </Asked>
      </Panel>
    </Page>
  );
}

function askReload(done: () => void): void {
  confirm({
    title: "Read the files again?",
    text: "Pipelines whose files have changed are taken over. What cannot be taken over is left as it runs, and told.",
    yes: "Read them",
    run: async () => {
      const { changes, findings } = await post<{ changes: readonly unknown[]; findings: readonly unknown[] }>(
        "reload",
        {
          check: false,
          ...by(),
        },
      );
      const title = changes.length === 0 ? "Nothing has changed" : `${plural(changes.length, "pipeline")} changed`;
      toast({
        level: findings.length === 0 ? "ok" : "bad",
        title,
        ...(findings.length > 0 && { detail: plural(findings.length, "finding") }),
      });
      done();
    },
  });
}

const columns: readonly Column<Change>[] = [
  { key: "when", title: "When", cell: ({ at }) => <At at={at} /> },
  {
    key: "who",
    title: "Who",
    cell: ({ by, via, from }) => (
      <>
        {by}
        <div class="muted name-note">{from === undefined ? via : `${via}, ${from}`}</div>
      </>
    ),
  },
  {
    key: "what",
    title: "What",
    cell: ({ action, outcome }) => (
      <>
        <span class="tag">{action}</span>
        <div class="wide-hide">
          <Lamp level={levels[outcome]} text={outcome} />
        </div>
      </>
    ),
  },
  {
    key: "about",
    title: "To what",
    cell: ({ about, details }) => (
      <>
        {about === undefined ? null : <code class="clamp">{about}</code>}
        {details === undefined ? null : <code class="muted clamp">{jsonLine(details, 140)}</code>}
      </>
    ),
    isWide: true,
  },
  {
    key: "outcome",
    title: "Outcome",
    cell: ({ outcome, message }) => (
      <>
        <Lamp level={levels[outcome]} text={outcome} />
        {message === undefined ? null : <div class="muted name-note">{message}</div>}
      </>
    ),
    isWide: true,
  },
];
