// Every page there is: its path, its place in the navigation, and how its script is loaded.
import type { ComponentType } from "preact";
import { Overview } from "../pages/overview/overview.tsx";
import type { IconName } from "../ui/icons.tsx";

export interface PageProps {
  /** What the path names: a pipeline, a dead letter, a command ... */
  readonly name: string;
}

type PageView = ComponentType<PageProps>;

export interface PageEntry {
  readonly path: string;
  /** Its pages of one thing each lie below the path. */
  readonly hasNames?: boolean;
  readonly title: string;
  readonly icon: IconName;
  /** The key that goes there, after `g`. */
  readonly key: string;
  readonly load: () => Promise<PageView> | PageView;
}

export const pages: readonly PageEntry[] = [
  { path: "/", title: "Overview", icon: "overview", key: "o", load: () => Overview },
  {
    path: "/pipelines",
    hasNames: true,
    title: "Pipelines",
    icon: "pipelines",
    key: "p",
    load: () => import("../pages/pipeline/pipeline.tsx").then(({ PipelinePage }) => PipelinePage),
  },
  {
    path: "/dead-letters",
    hasNames: true,
    title: "Dead letters",
    icon: "letters",
    key: "d",
    load: () => import("../pages/letters/letters.tsx").then(({ LettersPage }) => LettersPage),
  },
  {
    path: "/schedules",
    hasNames: true,
    title: "Schedules",
    icon: "schedules",
    key: "s",
    load: () => import("../pages/schedules/schedules.tsx").then(({ SchedulesPage }) => SchedulesPage),
  },
  {
    path: "/commands",
    hasNames: true,
    title: "Commands",
    icon: "commands",
    key: "c",
    load: () => import("../pages/commands/commands.tsx").then(({ CommandsPage }) => CommandsPage),
  },
  {
    path: "/connections",
    title: "Connections",
    icon: "connections",
    key: "n",
    load: () => import("../pages/connections/connections.tsx").then(({ ConnectionsPage }) => ConnectionsPage),
  },
  {
    path: "/devices",
    hasNames: true,
    title: "Devices",
    icon: "devices",
    key: "v",
    load: () => import("../pages/devices/devices.tsx").then(({ DevicesPage }) => DevicesPage),
  },
  {
    path: "/playground",
    title: "Playground",
    icon: "playground",
    key: "j",
    load: () => import("../pages/playground/playground.tsx").then(({ PlaygroundPage }) => PlaygroundPage),
  },
  {
    path: "/changes",
    title: "Changes",
    icon: "changes",
    key: "h",
    load: () => import("../pages/changes/changes.tsx").then(({ ChangesPage }) => ChangesPage),
  },
];

export interface Found {
  readonly page: PageEntry;
  readonly name: string;
}

export function findPage(path: string): Found | undefined {
  const plain = path.length > 1 ? path.replace(/\/$/, "") : path;
  for (const page of pages) {
    if (plain === page.path) return { page, name: "" };
    if (page.hasNames === true && plain.startsWith(`${page.path}/`)) {
      return { page, name: decoded(plain.slice(page.path.length + 1)) };
    }
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
