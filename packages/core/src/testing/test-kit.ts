import type * as vitest from "vitest";

/** The parts of Vitest that a conformance suite is written with. They are passed in, so that this kit does not need Vitest to load. */
export type TestKit = Pick<typeof vitest, "afterAll" | "afterEach" | "beforeAll" | "describe" | "expect" | "test">;

/** Why a suite or a test of it cannot run here, in words for the report. */
export type Skip = string;
