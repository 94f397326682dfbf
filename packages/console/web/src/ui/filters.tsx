import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { query, setQuery } from "../router.ts";

export interface FilterField {
  /** Of the parameter in the page's address. */
  readonly name: string;
  readonly title: string;
  /** What can be chosen; where there is nothing to choose from, it is typed. */
  readonly options?: readonly string[];
}

/** What a list is narrowed by. It is kept in the address; a new filter begins at the newest. */
export function Filters({ fields }: { fields: readonly FilterField[] }): JSX.Element {
  return (
    <div class="filters">
      {fields.map((field, index) =>
        field.options === undefined ? (
          <Typed key={field.name} field={field} isFirst={index === 0} />
        ) : (
          <Chosen key={field.name} field={field} isFirst={index === 0} />
        ),
      )}
    </div>
  );
}

interface FieldProps {
  readonly field: FilterField;
  /** The one that the key `/` leads to. */
  readonly isFirst: boolean;
}

function Chosen({ field: { name, title, options = [] }, isFirst }: FieldProps): JSX.Element {
  const value = query.value.get(name) ?? "";
  const all = value === "" || options.includes(value) ? options : [value, ...options];
  return (
    <label class="field">
      <span>{title}</span>
      <select
        class="input"
        data-filter={isFirst ? true : undefined}
        value={value}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value, after: undefined })}
      >
        <option value="">Any</option>
        {all.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}

function Typed({ field: { name, title }, isFirst }: FieldProps): JSX.Element {
  const [typed, setTyped] = useState(query.value.get(name) ?? "");
  const apply = (): void => setQuery({ [name]: typed.trim(), after: undefined });
  return (
    <label class="field">
      <span>{title}</span>
      <input
        class="input"
        type="search"
        data-filter={isFirst ? true : undefined}
        value={typed}
        spellcheck={false}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onChange={apply}
      />
    </label>
  );
}
