// Every table of the console: its columns, how it is sorted, and what of it is left out on a phone.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** In place of the title at the head of the column. */
  readonly head?: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
  /** What rows are sorted by; a column without it is not. */
  readonly order?: (row: Row) => number | string;
  readonly isNumber?: boolean;
  /** Left out on a phone. */
  readonly isWide?: boolean;
  readonly class?: string;
}

export interface Sorting {
  readonly key: string;
  readonly isDown: boolean;
}

interface TableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Rows are of one height, and of many only those that can be seen are drawn; default false. */
  readonly isWindowed?: boolean;
  readonly sorting?: Sorting;
  readonly onSort?: (next: Sorting) => void;
}

/** Fewer rows than this are all drawn. */
const allDrawn = 80;
const margin = 12;

export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { label, rows, columns, rowKey, isWindowed = false, sorting, onSort } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const { from, to, height } = useWindow(body, rows.length, isWindowed);
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={label}>
      <table class={`table ${isWindowed ? "fixed-rows" : ""}`} aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer height={from * height} columns={columns.length} />
          {rows.slice(from, to).map((row, index) => (
            <tr key={rowKey(row)} aria-rowindex={from + index + 2}>
              {columns.map((column) => (
                <td key={column.key} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Spacer height={(rows.length - to) * height} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ height, columns }: { height: number; columns: number }): JSX.Element | null {
  if (height <= 0) return null;
  return (
    <tr class="spacer" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
  readonly onSort: ((next: Sorting) => void) | undefined;
}

function Head<Row>({ column, sorting, onSort }: HeadProps<Row>): JSX.Element {
  const { key, title, head = title, order } = column;
  const isSorted = sorting?.key === key;
  const next = { key, isDown: isSorted ? !sorting.isDown : column.isNumber === true };
  return (
    <th
      scope="col"
      class={classOf(column)}
      aria-sort={isSorted ? (sorting.isDown ? "descending" : "ascending") : undefined}
    >
      {order === undefined || onSort === undefined ? (
        head
      ) : (
        <button type="button" class="sort" onClick={() => onSort(next)}>
          {head}
          <span aria-hidden="true">{isSorted ? (sorting.isDown ? "↓" : "↑") : ""}</span>
        </button>
      )}
    </th>
  );
}

function classOf<Row>({ isNumber, isWide, class: extra }: Column<Row>): string {
  return [isNumber === true ? "num" : "", isWide === true ? "narrow-hide" : "", extra ?? ""].join(" ").trim();
}

/** Which rows lie in the browser's window, and how high one is. */
function useWindow(
  body: { current: HTMLElement | null },
  count: number,
  isWindowed: boolean,
): { from: number; to: number; height: number } {
  const [seen, setSeen] = useState({ from: 0, to: allDrawn, height: 44 });
  const isAll = !isWindowed || count <= allDrawn;
  useEffect(() => {
    if (isAll) return undefined;
    const look = (): void => {
      const { current } = body;
      if (current === null) return;
      const height = current.querySelector<HTMLElement>("tr:not(.spacer)")?.offsetHeight ?? 44;
      const above = -current.getBoundingClientRect().top;
      // In steps, so that a scroll of a few pixels draws nothing anew.
      const from = Math.max(0, Math.floor(above / height / margin) * margin - margin);
      const to = from + Math.ceil(innerHeight / height / margin) * margin + 3 * margin;
      setSeen((before) =>
        before.from === from && before.to === to && before.height === height ? before : { from, to, height },
      );
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [isAll, count]);
  if (isAll) return { from: 0, to: count, height: seen.height };
  const from = Math.min(seen.from, Math.max(0, count - 1));
  return { from, to: Math.min(count, seen.to), height: seen.height };
}

export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], by: Sorting): readonly Row[] {
  const order = columns.find(({ key }) => key === by.key)?.order;
  if (order === undefined) return rows;
  const sign = by.isDown ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: order(row) }));
  return keyed.toSorted((a, b) => sign * compare(a.key, b.key)).map(({ row }) => row);
}

// Many times as fast as localeCompare, and lists of many pipelines are sorted every second.
const texts = new Intl.Collator("en", { numeric: true });

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return texts.compare(String(a), String(b));
}
