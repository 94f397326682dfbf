/** Codes of configuration: what `signalbox validate` can find. */
export const configCodes = {
  // ---- files
  CONFIG_FILE_UNREADABLE: {
    when: "A file that the project names cannot be read.",
    remedy: "Check that it exists, that its path starts at the project folder, and that this user may read it.",
  },
  CONFIG_FILE_ENCODING: {
    when: "A file is not UTF-8.",
    remedy: "Save it as UTF-8. The finding points at the first byte that is not.",
  },
  CONFIG_FILE_TOO_LARGE: {
    when: "A file is larger than configuration may be (1 MiB).",
    remedy: "Split it; a file may hold any number of pipelines, and a folder any number of files.",
  },
  CONFIG_FILE_SKIPPED: {
    when: "A path was named that is not a pipeline file: another ending than .yaml or .yml, or a *.test.yaml.",
    remedy:
      "Name a pipeline file or a folder of them. Test files belong to their pipelines and never run by themselves.",
  },
  CONFIG_PATH_MISSING: {
    when: "A folder or file of pipelines does not exist.",
    remedy: "Make it, or mend the path: on the command line, or under `pipelines` in signalbox.yaml.",
  },
  // ---- YAML
  CONFIG_YAML_SYNTAX: {
    when: "The file is not well-formed YAML.",
    remedy: "Mend the place the finding points at; most often it is an indentation or a missing quote.",
  },
  CONFIG_YAML_KEY_DUPLICATE: {
    when: "A key stands twice in one mapping.",
    remedy: "Keep one of them. For several items of a kind, use a list.",
  },
  CONFIG_YAML_TAG_UNKNOWN: {
    when: "An unquoted text starts with `!`, which YAML takes for a tag.",
    remedy: "Quote the text. In JSONata, `not` is `$not( )`.",
  },
  CONFIG_YAML_ALIAS_UNKNOWN: {
    when: "An unquoted text starts with `*`, which YAML takes for an alias, and there is no anchor of that name.",
    remedy: "Quote the text if it is an expression; else set the anchor (`&name`) before it.",
  },
  CONFIG_YAML_ALIAS_LIMIT: {
    when: "The aliases of a document multiply beyond a bound.",
    remedy: "Write the parts out, or use fewer aliases to anchors that hold aliases themselves.",
  },
  // ---- structure
  CONFIG_FIELD_UNKNOWN: {
    when: "A key stands where no field of that name exists.",
    remedy: "Use the suggested spelling, or look the component up in the reference.",
  },
  CONFIG_FIELD_MISSING: {
    when: "A field that has no default is not there.",
    remedy: "Add it; the reference says what it means.",
  },
  CONFIG_FIELD_MISPLACED: {
    when: "A known key stands in the wrong place: a common key inside a component, or a component's field beside it.",
    remedy:
      "Move it as the finding says. Common keys (`when`, `batch`, `timeout` ...) stand beside the component's key.",
  },
  CONFIG_VALUE_TYPE: {
    when: "A value is of another kind than its field: text for a number, a list for a mapping.",
    remedy: "Write it as the message says. Quotes make text; without them YAML reads numbers, true, false and null.",
  },
  CONFIG_VALUE_INVALID: {
    when: "A value has the right kind, and its field does not allow it.",
    remedy: "Choose one the message or the reference names.",
  },
  CONFIG_VALUE_UNQUOTED: {
    when: "Text without quotes was read as something else: an id such as 02e4567812345678 is a number in YAML.",
    remedy: "Put it in quotes. Ids are always quoted.",
  },
  CONFIG_DURATION_INVALID: {
    when: "A duration is not written as a number with a unit.",
    remedy: "Write 500ms, 30s, 5m, 2h, 1d or 1h30m.",
  },
  CONFIG_SIZE_INVALID: {
    when: "A size is not written as a number with a unit.",
    remedy: "Write 500B, 64kB, 4MB, 64KiB or 4MiB.",
  },
  CONFIG_CRON_INVALID: {
    when: "A cron expression cannot be read, or has no next time.",
    remedy: "Write five fields (minute hour day month weekday), or six with seconds first.",
  },
  CONFIG_TIME_SKIPPED: {
    when: "In the year ahead, clocks jump over a local time of a schedule. A warning: the finding says what is due instead.",
    remedy: "Choose a time that exists every day, or time zone UTC, if what is due then is not what you want.",
  },
  CONFIG_TIME_REPEATED: {
    when: "In the year ahead, clocks show a local time of a schedule twice. A warning: the finding says when it is due.",
    remedy: "Choose a time that comes once, or time zone UTC, if what is due then is not what you want.",
  },
  CONFIG_TIMEZONE_INVALID: {
    when: "A time zone is not an IANA name.",
    remedy: "Write a name such as Europe/Zurich or UTC.",
  },
  CONFIG_NAME_INVALID: {
    when: "A name holds other characters than letters, digits, dot, underscore and hyphen, or is too long.",
    remedy: "Use up to 100 of these characters, a letter or digit first.",
  },
  CONFIG_NAME_TAKEN: {
    when: "Two pipelines have one name, or two items of one pipeline. A name is the identity of state and metrics.",
    remedy: "Rename one of them. The finding names both places.",
  },
  CONFIG_NAME_MISSING: {
    when: "Two sinks of one kind stand in a pipeline without names; parked and dead messages remember the name.",
    remedy: "Give each a `name`.",
  },
  CONFIG_VERSION_UNKNOWN: {
    when: "signalbox.yaml names a version this program does not know.",
    remedy: "Write `version: 1`, or use the program the file was written for.",
  },
  CONFIG_NOT_YET: {
    when: "A word of the language is used that is planned and not built yet.",
    remedy: "Leave it out for now. Nothing is ever accepted and ignored.",
  },
  // ---- components and what they refer to
  CONFIG_COMPONENT_UNKNOWN: {
    when: "There is no source, step, sink or connection of that name.",
    remedy: "Use the suggested spelling; `signalbox list components` shows all.",
  },
  CONFIG_COMPONENT_MISSING: {
    when: "An item names no component.",
    remedy: "Give it the key of one: `http: { ... }`.",
  },
  CONFIG_COMPONENT_AMBIGUOUS: {
    when: "An item names two components.",
    remedy: "Make two items of it; often only the `-` before the second is missing.",
  },
  CONFIG_CONNECTION_UNKNOWN: {
    when: "A component refers to a connection that does not exist.",
    remedy: "Declare it under `connections:` in signalbox.yaml, or use the suggested spelling.",
  },
  CONFIG_CONNECTION_KIND: {
    when: "A component refers to a connection of another kind than it needs.",
    remedy: "Name one of the right kind.",
  },
  CONFIG_CONNECTION_BROKEN: {
    when: "A component refers to a connection whose own configuration is wrong or incomplete.",
    remedy: "Mend the connection first: the finding names its place or the variable it lacks.",
  },
  CONFIG_PIPELINE_UNKNOWN: {
    when: "A `pipeline` sink names a pipeline that does not exist.",
    remedy: "Use the suggested spelling, or write that pipeline.",
  },
  CONFIG_PIPELINE_CLOSED: {
    when: "A `pipeline` sink names a pipeline whose source is not `pipeline`.",
    remedy: "Give the target the source `pipeline: {}`.",
  },
  CONFIG_PIPELINE_CYCLE: {
    when: "Pipelines send to one another in a circle.",
    remedy: "Break the circle at one of the places the finding names.",
  },
  // ---- variables, expressions, templates
  CONFIG_VARIABLE_MISSING: {
    when: "`${NAME}` has no value in the environment, or `${file:...}` cannot be read.",
    remedy: "Set it, or give a default: `${NAME:-default}`.",
  },
  CONFIG_VARIABLE_SYNTAX: {
    when: "`${` is not followed by a name and `}`.",
    remedy: "Write `${NAME}`, `${NAME:-default}` or `${file:path}`; a literal `${` is `$${`.",
  },
  CONFIG_VARIABLE_UNQUOTED: {
    when: "`${NAME}` stands unquoted inside { } or [ ], where YAML takes its braces for its own.",
    remedy: "Quote the whole value.",
  },
  CONFIG_ENVIRONMENT_INVALID: {
    when: "An environment variable that stands in for a setting has a value the setting does not allow.",
    remedy: "Correct the variable, or write the setting in signalbox.yaml.",
  },
  CONFIG_CONSOLE_EXPOSED: {
    when: "`console.host` is an address that other machines may reach, and there are no tokens to tell who somebody is.",
    remedy:
      "Configure `console.tokens`, or set SIGNALBOX_CONSOLE_TOKEN. Or leave `host` out, and come from elsewhere through " +
      "an SSH tunnel, or a proxy on this machine that asks for a login.",
  },
  CONFIG_EXPRESSION_SYNTAX: {
    when:
      "A JSONata expression cannot be compiled, names what does not exist, or fails whenever it is evaluated. The message " +
      "carries JSONata's own code, or one of ours.",
    remedy: "Mend the place the finding points at; it lies inside the expression.",
  },
  CONFIG_EXPRESSION_SUSPECT: {
    when:
      "A warning: an expression compiles, and something in it can hardly be meant. A condition or comparison comes out the " +
      "same whatever the data, a field of `$meta` or `$vars` does not exist, a variable is never read.",
    remedy: "Write what is meant at the place the finding points at. The pipeline runs all the same.",
  },
  CONFIG_EXPRESSION_NOT_TEXT: {
    when: "YAML read something else than text where an expression stands: an unquoted { } is a mapping, `true` a boolean.",
    remedy: "Quote the expression, or write it under `|`.",
  },
  CONFIG_EXPRESSION_CUT: {
    when: "An unquoted expression holds ` #`, and YAML takes what follows for a comment.",
    remedy: "Quote the expression, or write it under `|`.",
  },
  CONFIG_TEMPLATE_SYNTAX: {
    when: "A template's {{ has no }}, or nothing between them.",
    remedy: 'Close it. A literal {{ is written {{ "{{" }}.',
  },
} as const;
