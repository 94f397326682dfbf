import type { JSX } from "preact";
import { plural } from "../../data/format.ts";
import { live } from "../../live/live.ts";
import { Page, Panel } from "../../ui/page.tsx";
import { Loading } from "../../ui/states.tsx";
import { Attention } from "./attention.tsx";
import { Figures } from "./figures.tsx";
import { PipelineList } from "./pipeline-list.tsx";
import { WholeFlow } from "./whole-flow.tsx";

export function Overview(): JSX.Element {
  const state = live.value;
  if (state === undefined) {
    return (
      <Page title="Overview">
        <Panel>
          <Loading what="the state of the engine" lines={8} />
        </Panel>
      </Page>
    );
  }
  const { pipelines, connections } = state;
  const open = connections.filter(({ state }) => state === "open").length;
  const lead = `${plural(pipelines.length, "pipeline")}, ${open} of ${plural(connections.length, "connection")} open`;
  return (
    <Page title="Overview" lead={lead}>
      <Attention />
      <Figures />
      <PipelineList />
      <WholeFlow />
    </Page>
  );
}
