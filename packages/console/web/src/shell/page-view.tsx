import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { path } from "../router.ts";
import { Page } from "../ui/page.tsx";
import { Empty, Loading } from "../ui/states.tsx";
import { findPage, type PageEntry, type PageProps } from "./pages.ts";

type View = ComponentType<PageProps>;

const loaded = new Map<PageEntry, View>();

/** The page of the address; its script is loaded when it is first wanted. */
export function PageView(): JSX.Element {
  const found = findPage(path.value);
  const [, setNth] = useState(0);
  const [failed, setFailed] = useState<PageEntry>();
  const page = found?.page;
  useEffect(() => {
    if (page === undefined || loaded.has(page)) return;
    const keep = (view: View): void => {
      loaded.set(page, view);
      setNth((before) => before + 1);
    };
    void Promise.resolve(page.load()).then(keep, () => setFailed(page));
  }, [page]);
  if (found === undefined) return <NotFound />;
  const View = loaded.get(found.page);
  if (View !== undefined) return <View key={found.page.path + found.name} name={found.name} />;
  if (failed === found.page) return <NotLoaded />;
  return <Loading what={found.page.title} lines={6} />;
}

function NotFound(): JSX.Element {
  return (
    <Page title="No such page">
      <Empty title="The console has no page at this address.">
        <a class="button" href="/">
          To the overview
        </a>
      </Empty>
    </Page>
  );
}

// Another version of the engine has other scripts: the page that is open is older than what is served.
function NotLoaded(): JSX.Element {
  return (
    <Page title="Not loaded">
      <Empty title="This page could not be loaded.">
        <p>The engine does not answer, or runs another version now.</p>
        <button type="button" class="button" onClick={() => location.reload()}>
          Load the console again
        </button>
      </Empty>
    </Page>
  );
}
