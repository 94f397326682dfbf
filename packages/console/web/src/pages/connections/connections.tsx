import type { ConnectionDetails, ConnectionStatus, ConnectionView } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { get } from "../../data/api.ts";
import { count, plural } from "../../data/format.ts";
import { useResource } from "../../data/resource.ts";
import { byLevel, type Level } from "../../live/level.ts";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Asked, Empty, sentence } from "../../ui/states.tsx";
import { Ago } from "../../ui/times.tsx";

const states: Readonly<Record<ConnectionStatus["state"], { readonly level: Level; readonly text: string }>> = {
  open: { level: "ok", text: "open" },
  connecting: { level: "warn", text: "connecting" },
  failed: { level: "bad", text: "failed" },
  closed: { level: "idle", text: "not in use" },
};

/** What the engine is connected to, and how that stands. */
export function ConnectionsPage(): JSX.Element {
  const found = useResource("connections", (signal) => get<readonly ConnectionView[]>("connections", signal), {
    everyMs: 3_000,
  });
  return (
    <Page title="Connections" lead="What pipelines take from and write to, and how it stands.">
      <Asked of={found} what="the connections">
        {(connections) => <Cards connections={connections} />}
      </Asked>
    </Page>
  );
}

function Cards({ connections }: { connections: readonly ConnectionView[] }): JSX.Element {
  if (connections.length === 0) {
    return (
      <Panel>
        <Empty title="There are no connections">
          <p>
            They are made in <code>signalbox.yaml</code>.
          </p>
        </Empty>
      </Panel>
    );
  }
  const sorted = connections.toSorted(
    (a, b) => byLevel(judge(a).level, judge(b).level) || a.name.localeCompare(b.name),
  );
  return (
    <div class="cards">
      {sorted.map((connection) => (
        <Card key={connection.name} connection={connection} />
      ))}
    </div>
  );
}

type Trouble = NonNullable<ConnectionStatus["trouble"]>;

const troubles: Readonly<Record<Trouble["kind"], { readonly level: Level; readonly text: string }>> = {
  down: { level: "bad", text: "down" },
  stale: { level: "warn", text: "open, devices are silent" },
};

/** One that is open for the engine may have lost the other side. */
function judge({ state, trouble }: ConnectionStatus): { readonly level: Level; readonly text: string } {
  return state === "open" && trouble !== undefined ? troubles[trouble.kind] : states[state];
}

const countTitles: Readonly<Record<string, string>> = {
  samples: "Samples heard",
  connects: "Times connected",
  closes: "Times closed",
  reconnects: "Times connected again",
  sent: "Messages sent",
  malformed: "Frames that made no sense",
  binary: "Binary frames",
  errors: "Errors of the other side",
  repeated: "Samples that came twice",
  late: "Samples that came late",
  unrouted: "Samples nobody asked for",
  refused: "Subscriptions refused",
  lost: "Events without room",
  backfilled: "Samples read from history",
  gaps: "Gaps in histories of devices",
};
/** These say that something is not as it should be. */
const grave: ReadonlySet<string> = new Set(["refused", "lost", "gaps", "malformed", "errors"]);

function Card({ connection }: { connection: ConnectionView }): JSX.Element {
  const { name, component, problem, trouble, details, counts = {} } = connection;
  const { level, text } = judge(connection);
  const lines = Object.entries(counts);
  return (
    <section class="panel card" aria-label={name}>
      <div class="card-head">
        <h2>
          {name} {component === name ? null : <span class="muted">{component}</span>}
        </h2>
        <Lamp level={level} text={text} />
      </div>
      {problem === undefined ? null : (
        <div class="notice level-bad">
          <strong>{sentence(problem.message)}</strong>
          {problem.hint === undefined ? null : <span>{sentence(problem.hint)}</span>}
          <span>
            <span class="tag">{problem.code}</span>
          </span>
        </div>
      )}
      {trouble === undefined ? null : <p class="notice level-warn">{sentence(trouble.detail)}</p>}
      {details === undefined ? null : <Details details={details} />}
      {lines.length === 0 ? (
        <p class="muted">It counts nothing of its own.</p>
      ) : (
        <dl class="account">
          {lines.map(([what, number]) => (
            <div key={what}>
              <dt>{countTitles[what] ?? inWords(what)}</dt>
              <dd class={`num ${number > 0 && grave.has(what) ? "level-warn" : ""}`}>{count(number)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** `backfilledSamples` as `Backfilled samples`. */
function inWords(name: string): string {
  return sentence(name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

function Details({ details }: { details: ConnectionDetails }): JSX.Element {
  const { detail, since, subscriptions, refused = [], waitingFor = [], detached = [] } = details;
  const without = [...waitingFor, ...detached];
  return (
    <>
      <p>
        {sentence(detail)}
        {since === undefined ? null : (
          <span class="muted">
            {" "}
            (open since <Ago at={since} />)
          </span>
        )}
      </p>
      {subscriptions === undefined ? null : <p class="muted">{plural(subscriptions, "subscription")}</p>}
      {without.length === 0 ? null : <p class="notice level-warn">Without room for more: {without.join(", ")}</p>}
      {refused.length === 0 ? null : (
        <div class="notice level-bad">
          <strong>Refused subscriptions</strong>
          <ul>
            {refused.map((each) => (
              <li key={JSON.stringify(each)}>{Object.values(each).join(": ")}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
