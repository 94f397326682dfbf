import { isIPv6 } from "node:net";

/**
 * Whom an address stands for where tries are counted: itself, and of IPv6 its /64. That is the least a line is given: whoever
 * has one address of it has all the others, too.
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%");
  if (!isIPv6(plain)) return address;
  const groups = groupsOf(plain);
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  // An IPv4 address, as a socket for both kinds tells it.
  if (groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff") return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  return `${groups.slice(0, 4).join(":")}::/64`;
}

/** Eight groups, each as short as it goes. */
function groupsOf(address: string): readonly string[] {
  // A URL writes an address in one way alone.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = [], after = []] = canonical
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
}
