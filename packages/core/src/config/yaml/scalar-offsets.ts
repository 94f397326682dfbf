import type { CST } from "yaml";
import { blockOffsets } from "./block-offsets.ts";
import { doubleQuotedOffsets, plainOffsets, singleQuotedOffsets } from "./flow-offsets.ts";
import { createTrace, type Trace } from "./trace.ts";

/** The value of a scalar's token, and where in the file each of its characters stands. */
export function scalarOffsets(token: CST.Token | undefined): Trace {
  switch (token?.type) {
    case "scalar":
      return plainOffsets(token.source, token.offset);
    case "single-quoted-scalar":
      return singleQuotedOffsets(token.source, token.offset);
    case "double-quoted-scalar":
      return doubleQuotedOffsets(token.source, token.offset);
    case "block-scalar": {
      const [header] = token.props;
      const propsLength = token.props.reduce((sum, each) => sum + ("source" in each ? each.source.length : 0), 0);
      return blockOffsets({
        header: header !== undefined && "source" in header ? header.source : "|",
        source: token.source,
        base: token.offset + propsLength,
        parentIndent: token.indent,
      });
    }
    default:
      return createTrace();
  }
}
