import type { JSX } from "preact";

const paths = {
  overview: "M2 9h3l2-5 3 10 2-5h4",
  pipelines: "M3 4h5l5 9h3M3 13h4M16 4h-4",
  letters: "M2.5 4.5h13v9h-13zM2.5 5l6.5 5L15.5 5",
  schedules: "M9 2.500a6.5 6.5 0 1 0 .01 0M9 5.500V9l2.5 2",
  commands: "M3 4.500l4 4.5-4 4.500M9 13.500h6",
  connections: "M6 3v4M12 3v4M4.5 7h9v2.500a4.5 4.5 0 0 1-9 0zM9 14v2.5",
  devices: "M5.5 2.500h7v13h-7zM8 13h2",
  playground: "M7 2.500h4M8 2.500v5l-4.5 7.500h11L10 7.500v-5",
  changes: "M4 3v12M4 6.500h5a4 4 0 0 1 4 4V15M2.5 4.500L4 3l1.5 1.5",
  menu: "M2.5 5h13M2.5 9h13M2.5 13h13",
  theme: "M9 2.500a6.5 6.5 0 1 0 0 13zM9 2.500a6.5 6.5 0 0 1 0 13",
  help: "M6.5 6.500a2.5 2.5 0 1 1 3.5 2.300c-.7.3-1 .8-1 1.700M9 13.400v.2",
  person: "M9 9a3 3 0 1 0-.01 0M3.5 15.500c.5-3 2.5-4.5 5.5-4.500s5 1.5 5.5 4.5",
  close: "M4.5 4.500l9 9M13.5 4.500l-9 9",
  up: "M4.5 11L9 6.500l4.5 4.5",
  down: "M4.5 7L9 11.5 13.5 7",
  right: "M7 4.500L11.5 9 7 13.5",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg
      class="icon"
      viewBox="0 0 18 18"
      width="18"
      height="18"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
