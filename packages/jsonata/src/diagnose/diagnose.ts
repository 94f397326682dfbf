// Findings about a text that compiles, without data. Each rule is a file; this applies them.
import { checkCall } from "./calls.ts";
import { checkCondition } from "./conditions.ts";
import { checkConstructor } from "./constructors.ts";
import { checkContradiction } from "./contradictions.ts";
import { checkFields, unknownNames, unusedVariables } from "./names.ts";
import { checkOperator } from "./operators.ts";
import type { Problem } from "./problem.ts";
import { checkRegex } from "./regexes.ts";
import type { Rule, Subject } from "./subject.ts";

const rules: readonly Rule[] = [
  checkCall,
  checkCondition,
  checkConstructor,
  checkContradiction,
  checkFields,
  checkOperator,
  checkRegex,
];

export function diagnose(subject: Subject): Problem[] {
  const found = [...unknownNames(subject)];
  // A slip in a name leaves the variable that was meant unread.
  const meant = new Set(found.map(({ suggestion }) => suggestion));
  for (const { name, problem } of unusedVariables(subject)) if (!meant.has(`$${name}`)) found.push(problem);
  for (const node of subject.nodes) for (const rule of rules) found.push(...rule(node, subject));
  return found;
}
