import { formatPlace } from "../../data/place.ts";
import type { JSX } from "preact";
import { judgePipeline } from "../../live/level.ts";
import { live } from "../../live/live.ts";
import type { LivePipeline } from "@signalbox/core/control-types";
import { pipelineHref, query } from "../../router.ts";
import { Lamp } from "../../ui/lamp.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Empty, Loading } from "../../ui/states.tsx";
import { PipelineList } from "../overview/pipeline-list.tsx";
import { FlowView } from "./flow-view.tsx";
import { TapView } from "./tap-view.tsx";
import { WhyView } from "./why-view.tsx";
import { YamlView } from "./yaml-view.tsx";

/** One pipeline; without a name, the list of them. */
export function PipelinePage({ name }: { name: string }): JSX.Element {
  const state = live.value;
  if (name === "") {
    return <Page title="Pipelines">{state === undefined ? <Waiting what="the pipelines" /> : <PipelineList />}</Page>;
  }
  const pipeline = state?.pipelines.find((each) => each.name === name);
  if (state === undefined) {
    return (
      <Page title={name}>
        <Waiting what={name} />
      </Page>
    );
  }
  return pipeline === undefined ? <Unknown name={name} /> : <Known pipeline={pipeline} />;
}

function Waiting({ what }: { what: string }): JSX.Element {
  return (
    <Panel>
      <Loading what={what} lines={6} />
    </Panel>
  );
}

function Unknown({ name }: { name: string }): JSX.Element {
  return (
    <Page title={name}>
      <Panel>
        <Empty title="No pipeline of this name runs here.">
          <p>It may have been renamed or removed; Changes tells.</p>
          <a class="button" href="/pipelines">
            All pipelines
          </a>
        </Empty>
      </Panel>
    </Page>
  );
}

const views = [
  { key: "flow", title: "Flow", view: FlowView },
  { key: "tap", title: "Live tap", view: TapView },
  { key: "why", title: "Why", view: WhyView },
  { key: "yaml", title: "YAML", view: YamlView },
] as const;

function Known({ pipeline }: { pipeline: LivePipeline }): JSX.Element {
  const { name, description, at, hash } = pipeline;
  const judged = judgePipeline(pipeline);
  const chosen = views.find(({ key }) => key === query.value.get("view")) ?? views[0];
  const heading = (
    <>
      {name}
      <Lamp level={judged.level} text={judged.text} />
    </>
  );
  const lead = (
    <>
      {description === undefined ? null : <p>{description}</p>}
      <p class="pipeline-place">
        <code>{formatPlace(at)}</code> revision <code>{hash.slice(0, 8)}</code>
      </p>
    </>
  );
  return (
    <Page title={name} heading={heading} lead={lead}>
      <nav class="tabs" aria-label={`Views of ${name}`}>
        {views.map(({ key, title }) => (
          <a key={key} href={pipelineHref(name, key)} aria-current={key === chosen.key ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <chosen.view key={chosen.key} pipeline={pipeline} />
    </Page>
  );
}
