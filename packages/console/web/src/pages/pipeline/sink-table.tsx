import type { JSX } from "preact";
import { count, rate, span } from "../../data/format.ts";
import { judgeSink } from "../../live/level.ts";
import type { LiveSink } from "@signalbox/core/control-types";
import { Lamp } from "../../ui/lamp.tsx";

export function SinkTable({ sinks }: { sinks: readonly LiveSink[] }): JSX.Element {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Sinks">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Sink</th>
            <th scope="col">State</th>
            <th scope="col" class="num">
              Written
            </th>
            <th scope="col" class="num">
              Delivered
            </th>
            <th scope="col" class="num">
              Discarded
            </th>
            <th scope="col" class="num">
              Failed tries
            </th>
            <th scope="col" class="num">
              Parked
            </th>
            <th scope="col" class="num">
              Dead
            </th>
            <th scope="col" class="num">
              Lag p50 / p99
            </th>
          </tr>
        </thead>
        <tbody>
          {sinks.map((sink) => (
            <SinkRow key={sink.name} sink={sink} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SinkRow({ sink }: { sink: LiveSink }): JSX.Element {
  const { name, component, numbers } = sink;
  const { level, text } = judgeSink(sink);
  const lag = numbers.p50Ms === null ? "–" : `${span(numbers.p50Ms)} / ${span(numbers.p99Ms ?? numbers.p50Ms)}`;
  return (
    <tr>
      <td>
        <strong>{name}</strong> {name === component ? null : <span class="muted">{component}</span>}
      </td>
      <td>
        <Lamp level={level} text={level === "ok" ? "writes" : text.replace(`${name} `, "")} />
      </td>
      <td class="num">{rate(numbers.deliveredPerSecond ?? 0)}</td>
      <td class="num">{count(numbers.delivered ?? 0)}</td>
      <td class="num">{count(numbers.discarded ?? 0)}</td>
      <td class="num">{rate(numbers.failedPerSecond ?? 0)}</td>
      <td class="num">{count(numbers.parked ?? 0)}</td>
      <td class="num">{count(numbers.deadLettered ?? 0)}</td>
      <td class="num">{lag}</td>
    </tr>
  );
}
