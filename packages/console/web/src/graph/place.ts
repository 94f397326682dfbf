export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Placed {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Point & { readonly width: number }>;
  /** In the order of the model's edges. */
  readonly edges: readonly (readonly Point[])[];
}

export const nodeHeight = 44;
