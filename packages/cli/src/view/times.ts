import { shortSpan } from "../terminal/numbers.ts";

/** How times are written for one reader: in the zone of the terminal, which is named where days are. */
export interface TimeFormat {
  /** 22:00:05 */
  clock(iso: string): string;
  /** Mon 02 Mar 22:00:00 GMT+1 (in 3h12m) */
  planned(iso: string, now: string): string;
  /** A time that follows `earlier`, by what differs: 22:00:05 on the same day, Tue 03 Mar at the same time on another. */
  following(iso: string, earlier: string): string;
  /** IANA name of the zone. */
  readonly zone: string;
}

export function createTimeFormat(timeZone: string | undefined): TimeFormat {
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone } as const;
  const clock = new Intl.DateTimeFormat("en-GB", time);
  const date = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "2-digit", month: "short", timeZone });
  const zone = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short", timeZone });
  const dayOf = (at: Date): string => date.format(at).replace(",", "");
  return {
    clock: (iso) => clock.format(new Date(iso)),
    planned(iso, now) {
      const at = new Date(iso);
      const shortZone = zone.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
      const inMs = at.getTime() - Date.parse(now);
      return `${dayOf(at)} ${clock.format(at)} ${shortZone} (in ${shortSpan(inMs)})`;
    },
    following(iso, earlier) {
      const [day, time] = [dayOf(new Date(iso)), clock.format(new Date(iso))];
      if (day === dayOf(new Date(earlier))) return time;
      return time === clock.format(new Date(earlier)) ? day : `${day} ${time}`;
    },
    zone: clock.resolvedOptions().timeZone,
  };
}

/** The zone a person reads times in: TZ, else the machine's. */
export function zoneOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const zone = env["TZ"] ?? "";
  // TZ may also hold a rule or a path (`:/etc/localtime`, `EST5EDT`), which Intl does not read.
  return Intl.supportedValuesOf("timeZone").includes(zone) || zone === "UTC" ? zone : undefined;
}
