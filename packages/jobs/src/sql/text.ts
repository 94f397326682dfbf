/**
 * PostgreSQL's text holds no NUL, and messages may bring one in a key: it is written as U+E000 "0", and U+E000 itself (a
 * private character nobody uses) as U+E000 "1".
 */
export function toSqlText(text: string): string {
  return special.test(text)
    ? text.replace(specials, (character) => (character === "\0" ? "\uE0000" : "\uE0001"))
    : text;
}

export function fromSqlText(text: string): string {
  return text.includes("\uE000") ? text.replace(/\uE000([01])/g, (_, kind) => (kind === "0" ? "\0" : "\uE000")) : text;
}

const special = /[\0\uE000]/;
const specials = /[\0\uE000]/g;
