import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";

interface PageProps {
  readonly title: string;
  /** Instead of the title, where more than words is shown. */
  readonly heading?: ComponentChildren;
  readonly lead?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Page({ title, heading, lead, actions, children }: PageProps): JSX.Element {
  useEffect(() => {
    document.title = `${title} · Signalbox`;
  }, [title]);
  return (
    <>
      <div class="page-head">
        <div>
          <h1>{heading ?? title}</h1>
          {lead === undefined ? null : <div class="muted">{lead}</div>}
        </div>
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}

interface PanelProps {
  readonly title?: ComponentChildren;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly label?: string;
  readonly class?: string;
}

export function Panel({ title, tools, children, label, class: extra = "" }: PanelProps): JSX.Element {
  return (
    <section class={`panel ${extra}`} aria-label={label}>
      {title === undefined && tools === undefined ? null : (
        <div class="panel-head">
          {title === undefined ? null : <h2>{title}</h2>}
          {tools}
        </div>
      )}
      {children}
    </section>
  );
}
