import type { JSX } from "preact";
import { query, setQuery } from "../router.ts";

interface PagerProps {
  /** What the address asks for in `after` for the next page; undefined on the last. */
  readonly next: string | undefined;
  /** What the buttons say. */
  readonly toFirst: string;
  readonly toNext: string;
}

/** Leads through a list that comes in pages; the page is in the address. */
export function Pager({ next, toFirst, toNext }: PagerProps): JSX.Element | null {
  const isLater = query.value.has("after");
  if (next === undefined && !isLater) return null;
  return (
    <div class="panel-body row">
      {isLater ? (
        <button type="button" class="button small" onClick={() => setQuery({ after: undefined })}>
          {toFirst}
        </button>
      ) : null}
      {next === undefined ? null : (
        <button type="button" class="button small" onClick={() => setQuery({ after: next })}>
          {toNext}
        </button>
      )}
    </div>
  );
}
