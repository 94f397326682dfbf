/** Sorts by `sort=field,asc|desc` and cuts out `page` (from 0) of `size` (25), in the page object of every list. */
export function pageOf(all: readonly object[], query: URLSearchParams): object {
  const size = natural(query.get("size"), 1) ?? 25;
  const number = natural(query.get("page"), 0) ?? 0;
  const [field = "", direction = "asc"] = (query.get("sort") ?? "").split(",");
  const sorted = field === "" ? [...all] : sortBy(all, field, direction.toLowerCase() === "desc");
  const content = sorted.slice(number * size, (number + 1) * size);
  const totalPages = Math.ceil(all.length / size);
  const sort = { sorted: field !== "", unsorted: field === "", empty: field === "" };
  return {
    content,
    pageable: { sort, pageNumber: number, pageSize: size, offset: number * size, paged: true, unpaged: false },
    totalPages,
    totalElements: all.length,
    last: number >= totalPages - 1,
    size,
    number,
    sort,
    numberOfElements: content.length,
    first: number === 0,
    empty: content.length === 0,
  };
}

function sortBy(all: readonly object[], field: string, isDescending: boolean): object[] {
  const sign = isDescending ? -1 : 1;
  const textOf = (item: object) => {
    const value = (item as Record<string, unknown>)[field] ?? "";
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return [...all].sort((a, b) => sign * textOf(a).localeCompare(textOf(b), "en", { numeric: true }));
}

/** A whole number from `least` on, or undefined for anything else. */
export function natural(text: string | null, least: number): number | undefined {
  const value = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= least ? value : undefined;
}
