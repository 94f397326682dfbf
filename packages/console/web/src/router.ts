// Where the reader is: the path of the page, as the browser's address has it.
import { computed, signal } from "@preact/signals";

const address = signal(location.pathname + location.search);
export const path = computed(() => new URL(address.value, location.origin).pathname);
export const query = computed(() => new URL(address.value, location.origin).searchParams);

/** Goes to a page of the console. */
export function go(href: string): void {
  if (href === address.value) return;
  const before = path.value;
  history.pushState(null, "", href);
  address.value = href;
  if (path.value === before) return;
  scrollTo(0, 0);
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** Changes what the address asks of the same page; undefined and empty take it out. No new entry of the history. */
export function setQuery(values: Readonly<Record<string, string | undefined>>): void {
  const next = new URLSearchParams(query.value);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  const href = text === "" ? path.value : `${path.value}?${text}`;
  history.replaceState(null, "", href);
  address.value = href;
}

/** Follows links within the console without loading anything. Answers how to stop. */
export function watchLinks(): () => void {
  const gone = new AbortController();
  addEventListener("popstate", () => (address.value = location.pathname + location.search), { signal: gone.signal });
  document.addEventListener("click", follow, { signal: gone.signal });
  return () => gone.abort();
}

function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.target !== "" || link.origin !== location.origin || link.hash !== "") return;
  if (link.hasAttribute("data-outside")) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

export function pipelineHref(name: string, tab?: string): string {
  const base = `/pipelines/${encodeURIComponent(name)}`;
  return tab === undefined ? base : `${base}?view=${tab}`;
}
