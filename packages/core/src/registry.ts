import type {
  ComponentKind,
  ConnectionDefinition,
  Definition,
  SinkDefinition,
  SourceDefinition,
  StepDefinition,
} from "./component/definition.ts";

/** The components a product ships, by kind and name. Made from a plain array; nothing registers itself. */
export interface Registry {
  readonly all: readonly Definition[];
  source(name: string): SourceDefinition | undefined;
  step(name: string): StepDefinition | undefined;
  sink(name: string): SinkDefinition | undefined;
  connection(name: string): ConnectionDefinition | undefined;
  names(kind: ComponentKind): readonly string[];
}

/** Two definitions of one kind and name are a mistake of the product, thrown at once. */
export function createRegistry(definitions: readonly Definition[]): Registry {
  const byKey = new Map<string, Definition>();
  for (const definition of definitions) {
    const key = `${definition.kind} ${definition.name}`;
    if (byKey.has(key)) throw new Error(`two definitions of ${key}`);
    byKey.set(key, definition);
  }
  function find<K extends ComponentKind>(kind: K, name: string): Extract<Definition, { kind: K }> | undefined {
    const found = byKey.get(`${kind} ${name}`);
    // the key holds the kind
    return found as Extract<Definition, { kind: K }> | undefined;
  }
  return {
    all: definitions,
    source: (name) => find("source", name),
    step: (name) => find("step", name),
    sink: (name) => find("sink", name),
    connection: (name) => find("connection", name),
    names: (kind) => definitions.filter((each) => each.kind === kind).map((each) => each.name),
  };
}
